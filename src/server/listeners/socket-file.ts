import { chmodSync, linkSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { platform } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Maximum length of the path of a Unix socket, in bytes (unix(7), sun_path without its NUL). */
export const maxSocketPathBytes = platform() === 'darwin' ? 103 : 107;

/** How long a service may take to accept a connection, in milliseconds. */
const connectTimeoutMs = 1_000;

/** What exists at the path of a socket. */
export type SocketState = 'absent' | 'live' | 'stale' | 'not_a_socket' | 'forbidden';

const prefix = 'unix:';

/** The path of the Unix socket that `server.host` names; undefined for a host. */
export const socketPathOfHost = (host: string): string | undefined =>
  host.startsWith(prefix) ? host.slice(prefix.length) : undefined;

/** The absolute path of `server.adminSocket`; null when it is disabled. */
export const socketPathOf = (setting: string | null, cwd: string): string | null =>
  setting === null ? null : resolve(cwd, setting);

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');

const tryConnection = (path: string): Promise<string | null> =>
  new Promise((settle) => {
    const socket = connect(path);
    const end = (code: string | null): void => {
      clearTimeout(timer);
      socket.destroy();
      settle(code);
    };
    // A process that does not accept the connection in time is busy, but exists.
    const timer = setTimeout(() => {
      end(null);
    }, connectTimeoutMs);
    socket.once('connect', () => {
      end(null);
    });
    socket.once('error', (error) => {
      end(codeOf(error));
    });
  });

/** Checks whether a process listens on a path. */
export const socketStateOf = async (path: string): Promise<SocketState> => {
  let stats;
  try {
    stats = lstatSync(path);
  } catch (error) {
    return codeOf(error) === 'EACCES' ? 'forbidden' : 'absent';
  }
  if (!stats.isSocket()) return 'not_a_socket';
  const code = await tryConnection(path);
  if (code === null || code === 'EAGAIN') return 'live';
  if (code === 'ENOENT') return 'absent';
  return code === 'EACCES' || code === 'EPERM' ? 'forbidden' : 'stale';
};

/** Why a socket cannot be opened; the message is part of a sentence. */
export class SocketPathError extends Error {
  override readonly name = 'SocketPathError';
}

const inUse = 'another service is using it';

/** Listens on a path. */
type Bind = (draft: string) => Promise<void>;

/** Removes a socket that a killed process has left behind. @throws {SocketPathError} if the path is anything else */
const removeStale = async (path: string): Promise<void> => {
  const before = lstatSync(path, { throwIfNoEntry: false });
  const state = await socketStateOf(path);
  if (state === 'live') throw new SocketPathError(inUse);
  if (state === 'not_a_socket') throw new SocketPathError('the file exists and is not a socket');
  if (state === 'forbidden') throw new SocketPathError('permission denied');
  // Another service may have created its socket since the check.
  if (state === 'stale' && lstatSync(path, { throwIfNoEntry: false })?.ino === before?.ino) {
    rmSync(path, { force: true });
  }
};

/** Permission bits of a socket, and of its directory if that has to be created. */
export interface SocketModes {
  readonly mode: number;
  readonly folderMode?: number;
}

const publish = async (path: string, bind: Bind, { mode, folderMode }: SocketModes): Promise<() => void> => {
  if (folderMode !== undefined) mkdirSync(dirname(path), { recursive: true, mode: folderMode });
  await removeStale(path);
  // The socket is created in a private directory, and appears at its path with its final mode.
  const folder = mkdtempSync(join(dirname(path), '.s'));
  try {
    const draft = join(folder, 's');
    await bind(draft);
    chmodSync(draft, mode);
    linkSync(draft, path);
    const { ino } = lstatSync(path);
    return () => {
      if (lstatSync(path, { throwIfNoEntry: false })?.ino === ino) rmSync(path, { force: true });
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const describeError = (code: string): string =>
  ({ EEXIST: inUse, ENOENT: 'the directory does not exist', EACCES: 'permission denied' })[code] ?? code;

/**
 * Creates a socket that no client can connect to before it has its mode. Connecting requires write permission.
 * @param bind listens on the given path
 * @returns a function that removes the socket, unless another process has replaced it
 * @throws {SocketPathError}
 */
export const createSocket = async (path: string, bind: Bind, modes: SocketModes): Promise<() => void> => {
  const bytes = Buffer.byteLength(path);
  if (bytes > maxSocketPathBytes) {
    const limit = String(maxSocketPathBytes);
    throw new SocketPathError(`the path has ${String(bytes)} bytes; Unix sockets allow ${limit}`);
  }
  try {
    return await publish(path, bind, modes);
  } catch (error) {
    if (error instanceof SocketPathError) throw error;
    throw new SocketPathError(describeError(codeOf(error)), { cause: error });
  }
};
