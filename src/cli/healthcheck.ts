import { exitCodes, StartError, type Host } from '../server/host.js';
import { soundReading } from './config/place.js';

/** Less than the timeout of the image's health check, in milliseconds. */
const timeoutMs = 2_500;

/** Where a service that listens on every address is reached from the same machine. */
const loopback: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/**
 * `rollcall healthcheck`: asks the service of this configuration whether it is alive, for the HEALTHCHECK of the image.
 * @returns 0 when it is
 * @throws {StartError} when it does not answer, or with an error
 */
export const healthcheck = async (host: Host): Promise<number> => {
  const { server } = soundReading(host).generation.settings;
  if (server.port === 0) throw new StartError('server.port is 0, so the port is not known');
  const address = loopback[server.host] ?? server.host;
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${String(server.port)}/api/healthz`;
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch(() => null);
  if (response?.ok === true) return exitCodes.ok;
  throw new StartError(`${url} ${response === null ? 'does not answer' : `answers ${String(response.status)}`}`);
};
