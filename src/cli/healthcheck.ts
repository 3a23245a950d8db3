import { get } from 'node:http';
import { exitCodes, CommandError, type ProcessEnvironment } from '../server/process/environment.js';
import { socketPathOfHost } from '../server/listeners/socket-file.js';
import { readValidDirectory } from './config/directory.js';

/** Less than the timeout of the image's health check, in milliseconds. */
const timeoutMs = 2_500;

/** The loopback address to use if the service listens on all addresses. */
const loopback: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

const checkSocket = async (socketPath: string): Promise<number> => {
  const options = { socketPath, path: '/api/healthz', headers: { Host: 'localhost' }, timeout: timeoutMs };
  const status = await new Promise<number | undefined>((resolve) => {
    const request = get(options, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => {
      resolve(undefined);
    });
  });
  if (status === 200) return exitCodes.ok;
  throw new CommandError(
    `unix:${socketPath} ${status === undefined ? 'did not respond' : `responded with ${String(status)}`}`,
  );
};

/**
 * `rollcall healthcheck`: checks that the configured service is alive. The HEALTHCHECK of the image calls it.
 * @returns 0 if it is alive
 * @throws {CommandError} if it does not respond, or responds with an error
 */
export const healthcheck = async (environment: ProcessEnvironment): Promise<number> => {
  const { server } = readValidDirectory(environment).snapshot.settings;
  const socketPath = socketPathOfHost(server.host);
  if (socketPath !== undefined) return checkSocket(socketPath);
  if (server.port === 0) throw new CommandError('server.port is 0, so the port is not known');
  const address = loopback[server.host] ?? server.host;
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${String(server.port)}/api/healthz`;
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch(() => null);
  if (response?.ok === true) return exitCodes.ok;
  throw new CommandError(
    `${url} ${response === null ? 'did not respond' : `responded with ${String(response.status)}`}`,
  );
};
