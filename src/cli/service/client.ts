import { request } from 'node:http';
import { socketPathOf } from '../../server/listeners/socket-file.js';
import { configDirectory } from '../../server/startup/bootstrap.js';
import { CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { readConfigDirectory } from '../config/directory.js';
import { issueLine } from './issue-line.js';

/**
 * Time limit for the response, in milliseconds. A reload and `doctor` can take long, since they connect to other
 * servers.
 */
const patienceMs = 30_000;

/** The environment variable of `server.adminSocket` and its default, used if the configuration files are invalid. */
const [socketVariable, defaultSocket] = ['ROLLCALL_SERVER_ADMIN_SOCKET', '.data/admin.sock'] as const;

/** A request to the running service. */
export interface ServiceRequest {
  readonly method?: 'GET' | 'POST';
  /** A path of the admin socket, such as `/config/diff`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Added to the error if the service may have received the request but its response was lost. */
  readonly ifLost?: string;
}

/** The service is not reachable. */
export interface Unreachable {
  readonly reached: false;
  /** Whether it may have received the request. */
  readonly isSent: boolean;
  /** Why, with the path of the socket. */
  readonly reason: string;
}

/** The response of the service. */
export interface Reached<T> {
  readonly reached: true;
  readonly body: T;
}

/** A problem document (RFC 9457). */
interface Problem {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly object[];
}

const settingOf = (environment: ProcessEnvironment): string | null => {
  const reading = readConfigDirectory(environment, configDirectory(environment));
  if (reading.ok) return reading.snapshot.settings.server.adminSocket;
  const given = environment.env[socketVariable];
  return given === 'null' ? null : (given ?? defaultSocket);
};

/** Connection errors and their explanations. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'socket not found',
  ECONNREFUSED: 'no process is listening',
  EACCES: 'permission denied; run the command as the user of the service',
  EPERM: 'permission denied; run the command as the user of the service',
};

const unreachable = (path: string, error: unknown): Unreachable => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  const isSent = !(error instanceof Error && 'syscall' in error && error.syscall === 'connect');
  return { reached: false, isSent, reason: `${path}: ${reasons[code] ?? code}` };
};

const pathOf = ({ path, query = {} }: ServiceRequest): string => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
};

const send = (socketPath: string, asked: ServiceRequest): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const options = {
      socketPath,
      path: pathOf(asked),
      method: asked.method ?? 'GET',
      agent: false,
      timeout: patienceMs,
    };
    const outgoing = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
      response.on('error', reject);
    });
    outgoing.on('timeout', () => {
      outgoing.destroy(Object.assign(new Error('timed out'), { code: 'timed out' }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });

/**
 * The error that a command reports: the detail of the problem, then one line per error in the configuration or the
 * query.
 */
const problemError = ({
  code = 'failed',
  title = 'the service rejected the request',
  detail,
  errors,
}: Problem): CommandError => {
  const lines = (errors ?? []).map((error) =>
    'path' in error && 'message' in error ? `${String(error.path)}: ${String(error.message)}` : issueLine(error),
  );
  const details = errors === undefined ? {} : { details: errors };
  return new CommandError([detail ?? title, ...lines].join('\n'), undefined, { code, ...details });
};

/**
 * Sends a request to the running service over its admin socket.
 * @throws {CommandError} if the service rejects the request
 */
export const askService = async <T>(
  environment: ProcessEnvironment,
  asked: ServiceRequest,
): Promise<Reached<T> | Unreachable> => {
  const path = socketPathOf(settingOf(environment), environment.cwd);
  if (path === null) return { reached: false, isSent: false, reason: 'server.adminSocket is null' };
  let response;
  try {
    response = await send(path, asked);
  } catch (error) {
    return unreachable(path, error);
  }
  const body = JSON.parse(response.text) as T;
  if (response.status >= 400) throw problemError(body as Problem);
  return { reached: true, body };
};

/**
 * Sends a request that only the running service can handle.
 * @throws {CommandError} if it is not reachable or rejects the request
 */
export const requireService = async <T>(environment: ProcessEnvironment, asked: ServiceRequest): Promise<T> => {
  const answer = await askService<T>(environment, asked);
  if (answer.reached) return answer.body;
  const message =
    answer.isSent && asked.ifLost !== undefined
      ? `no response from the service: ${answer.reason}; ${asked.ifLost}`
      : `the service is not reachable: ${answer.reason}`;
  throw new CommandError(message, undefined, { code: 'service_unreachable' });
};
