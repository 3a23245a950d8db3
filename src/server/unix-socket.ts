import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';

const prefix = 'unix:';

/** The path of the Unix socket that `server.host` names; undefined for a host. */
export const socketPathOf = (host: string): string | undefined =>
  host.startsWith(prefix) ? host.slice(prefix.length) : undefined;

/** Whether connections to a socket file are refused, because the process that listened on it has died. */
const isStale = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ECONNREFUSED');
    });
  });

/** Removes a socket file that a process has left behind when it was killed. Any other file, and one in use, stays. */
export const removeStaleSocket = async (path: string): Promise<void> => {
  const file = await lstat(path).catch(() => undefined);
  if (file?.isSocket() === true && (await isStale(path))) await unlink(path);
};
