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

/** Logs URL, database and configuration of the started service, and prints them in readable form outside production. */
export const logStartupInfo = (
  { config, log, build, nodeEnv }: CoreServices,
  environment: ProcessEnvironment,
  arrival: StartupInfo,
): void => {
  const { listener, database, metricsUrl } = arrival;
  const { revision, rollback, files, pinned } = config.status;
  const { publicUrl, basePath } = config.current.server;
  const url = publicUrl === null ? listener.url : publicUrl + basePath;
  // A Unix socket cannot be opened in a browser.
  const docsBase = listener.url.startsWith('unix:') ? publicUrl && publicUrl + basePath : listener.url + basePath;
  const docs = config.current.docs.enabled && docsBase !== null ? `${docsBase}/docs` : null;
  const facts = { url: listener.url, docs, metrics: metricsUrl, database: database.description, config_files: files };
  const pins = pinned.map(({ key, variable }) => `${key} (${variable})`);
  // Logged at every log level: scripts that start the service wait for this line.
  const line = log.isLevelEnabled('info') ? log : log.child({}, { level: 'info' });
  const active = {
    config_revision: revision,
    ...(rollback && { config_rollback_to: rollback.revision }),
  };
  line.info({ event: 'service.listening', ...facts, ...active, pinned_by_environment: pins }, 'listening');
  if (nodeEnv === 'production') return;
  const lines = [
    `Rollcall ${build.version} is listening on ${url}`,
    ...(docs === null ? [] : [`  API page       ${docs}`]),
    ...(metricsUrl === null ? [] : [`  metrics        ${metricsUrl}/metrics`]),
    `  database       ${database.description}`,
    `  configuration  ${revision === null ? '' : `revision ${String(revision)} `}from ${files.join(', ')}`,
    ...(rollback ? [`  ROLLED BACK    to revision ${String(rollback.revision)}, until the files change`] : []),
    ...(pins.length === 0 ? [] : [`  pinned         ${pins.join(', ')}`]),
  ];
  environment.stderr.write(`${lines.join('\n')}\n`);
};
