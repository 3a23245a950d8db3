import type { DatabaseHandle } from './open-database.js';
import type { CoreServices } from './bootstrap.js';
import type { ProcessEnvironment } from '../process/environment.js';
import type { HttpListener } from '../listeners/http-listener.js';

/** Facts that are logged when the service has started. */
export interface StartupInfo {
  readonly listener: HttpListener;
  readonly database: DatabaseHandle;
  readonly metricsUrl: string | null;
}

/**
 * Logs the URL, the database and the configuration of the started service, and prints them in readable form outside
 * production.
 */
export const logStartupInfo = (
  { config, log, build, nodeEnv }: CoreServices,
  environment: ProcessEnvironment,
  arrival: StartupInfo,
): void => {
  const { listener, database, metricsUrl } = arrival;
  const { revision, rollback, overrides, files, pinned } = config.status;
  const { publicUrl, basePath } = config.current.server;
  const url = publicUrl === null ? listener.url : publicUrl + basePath;
  // A Unix socket cannot be opened in a browser.
  const pageBase = listener.url.startsWith('unix:') ? publicUrl && publicUrl + basePath : listener.url + basePath;
  const docs = config.current.docs.enabled && pageBase !== null ? `${pageBase}/docs` : null;
  const consoleUrl = config.current.console.enabled && pageBase !== null ? `${pageBase}/console` : null;
  const facts = {
    url: listener.url,
    console: consoleUrl,
    docs,
    metrics: metricsUrl,
    database: database.description,
    config_files: files,
  };
  const pins = pinned.map(({ key, variable }) => `${key} (${variable})`);
  // Logged at every log level: scripts that start the service wait for this line.
  const line = log.isLevelEnabled('info') ? log : log.child({}, { level: 'info' });
  const active = {
    config_revision: revision,
    ...(rollback && { config_rollback_to: rollback.revision }),
    ...(overrides.overrides.length > 0 && { config_overrides: overrides.overrides.map(({ key }) => key) }),
  };
  line.info({ event: 'service.listening', ...facts, ...active, pinned_by_environment: pins }, 'listening');
  if (nodeEnv === 'production') return;
  const lines = [
    `Rollcall ${build.version} is listening on ${url}`,
    ...(consoleUrl === null ? [] : [`  console        ${consoleUrl}`]),
    ...(docs === null ? [] : [`  API page       ${docs}`]),
    ...(metricsUrl === null ? [] : [`  metrics        ${metricsUrl}/metrics`]),
    `  database       ${database.description}`,
    `  configuration  ${revision === null ? '' : `revision ${String(revision)} `}from ${files.join(', ')}`,
    ...(rollback ? [`  ROLLED BACK    to revision ${String(rollback.revision)}`] : []),
    ...(overrides.overrides.length > 0
      ? [`  OVERRIDDEN     ${overrides.overrides.map(({ key }) => key).join(', ')}`]
      : []),
    ...(pins.length === 0 ? [] : [`  pinned         ${pins.join(', ')}`]),
  ];
  environment.stderr.write(`${lines.join('\n')}\n`);
};
