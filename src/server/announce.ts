import type { DatabaseSource } from './database-source.js';
import type { Foundation } from './foundation.js';
import type { Host } from './host.js';
import type { HttpListener } from './http-listener.js';

/** What there is to say about a service that has come up. */
export interface Arrival {
  readonly listener: HttpListener;
  readonly source: DatabaseSource;
  readonly metricsUrl: string | null;
}

/** Says on one log line, and on a terminal in readable form, where the service is and what it runs on. */
export const announce = ({ config, log, build, nodeEnv }: Foundation, host: Host, arrival: Arrival): void => {
  const { listener, source, metricsUrl } = arrival;
  const { revision, rollback, files, pinned } = config.status;
  const { publicUrl, basePath } = config.current.server;
  const url = publicUrl === null ? listener.url : publicUrl + basePath;
  // A Unix socket cannot be opened in a browser.
  const docsBase = listener.url.startsWith('unix:') ? publicUrl && publicUrl + basePath : listener.url;
  const docs = config.current.docs.enabled && docsBase !== null ? `${docsBase}/docs` : null;
  const facts = { url: listener.url, docs, metrics: metricsUrl, database: source.description, config_files: files };
  const pins = pinned.map(({ key, variable }) => `${key} (${variable})`);
  // Logged at every log level: scripts that start the service wait for this line.
  const line = log.isLevelEnabled('info') ? log : log.child({}, { level: 'info' });
  const inForce = {
    config_revision: revision,
    ...(rollback && { config_rollback_to: rollback.revision }),
  };
  line.info({ event: 'service.listening', ...facts, ...inForce, pinned_by_environment: pins }, 'listening');
  if (nodeEnv === 'production') return;
  const lines = [
    `Rollcall ${build.version} is listening on ${url}`,
    ...(docs === null ? [] : [`  API page       ${docs}`]),
    ...(metricsUrl === null ? [] : [`  metrics        ${metricsUrl}/metrics`]),
    `  database       ${source.description}`,
    `  configuration  ${revision === null ? '' : `revision ${String(revision)} `}from ${files.join(', ')}`,
    ...(rollback ? [`  ROLLED BACK    to revision ${String(rollback.revision)}, until the files change`] : []),
    ...(pins.length === 0 ? [] : [`  pinned         ${pins.join(', ')}`]),
  ];
  host.stderr.write(`${lines.join('\n')}\n`);
};
