import type { Config } from '../../config/config.js';
import { exitCodes, CommandError } from '../process/environment.js';
import type { CoreServices } from '../startup/bootstrap.js';
import { HttpListener } from './http-listener.js';
import { SocketPathError, socketPathOfHost } from './socket-file.js';
import { metricsApp } from './metrics-app.js';
import type { Shutdown } from '../shutdown.js';

/** Error codes that concern the host and not the port (getaddrinfo and bind). */
const hostErrors: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL', 'EINVAL', 'EAFNOSUPPORT']);

/** The source of a setting: `server.host is set by HOST`. */
const setBy = (config: Config, key: string): string => {
  const source = config.explain(key)[0]?.source ?? 'default';
  return source === 'default' ? `${key} is at its default` : `${key} is set by ${source.replace(/^(env|file):/, '')}`;
};

/**
 * Listens on the configured host and port.
 * @throws {CommandError} with the address and the source of the setting
 */
export const listenOn = async (
  listener: HttpListener,
  config: Config,
  section: 'server' | 'metrics',
): Promise<void> => {
  const { host, port } = config.current[section];
  const path = section === 'server' ? socketPathOfHost(host) : undefined;
  try {
    if (path === undefined) await listener.listen(host, port);
    else await listener.listenOnSocket(path, { mode: Number.parseInt(config.current.server.socketMode, 8) });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const reason = error instanceof SocketPathError ? error.message : code;
    const key = `${section}.${path !== undefined || hostErrors.has(code) ? 'host' : 'port'}`;
    const address = path === undefined ? `${host}:${String(port)}` : host;
    throw new CommandError(`cannot listen on ${address} (${reason}); ${setBy(config, key)}`, exitCodes.failed);
  }
};

/** Logs one warning if clients cannot have an IP address: on a Unix socket, only a trusted proxy can provide it. */
export const warnWithoutClientAddresses = ({ config, log }: CoreServices): void => {
  const { host, trustedProxyHops } = config.current.server;
  if (socketPathOfHost(host) === undefined || trustedProxyHops > 0) return;
  log.warn(
    { event: 'http.no_client_address', setting: 'server.trustedProxyHops' },
    'listening on a Unix socket with server.trustedProxyHops 0: all clients share one address and one rate limit',
  );
};

/**
 * Opens the listener for Prometheus, if it is enabled.
 * @returns its URL; null if it is disabled, or, outside production, if the port is in use
 * @throws {CommandError} in production, if it cannot listen
 */
export const listenForMetrics = async (
  { config, log, metrics, nodeEnv }: CoreServices,
  shutdown: Shutdown,
): Promise<string | null> => {
  if (!config.current.metrics.enabled) return null;
  metrics.observeProcess();
  const listener = new HttpListener(metricsApp(metrics));
  try {
    await listenOn(listener, config, 'metrics');
  } catch (error) {
    if (nodeEnv === 'production' || !(error instanceof CommandError)) throw error;
    log.error(
      { event: 'metrics.listener_failed' },
      `metrics listener failed to start; continuing without metrics: ${error.message}`,
    );
    return null;
  }
  shutdown.add('listeners', 'metrics', () => listener.close());
  return listener.url;
};
