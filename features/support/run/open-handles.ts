import { setTimeout as pause } from 'node:timers/promises';

/** What keeps the process busy: handles that can be named, and timers that can only be counted. */
export interface OpenHandles {
  readonly handles: ReadonlySet<object>;
  readonly timers: number;
}

interface HandleLike {
  readonly constructor?: { readonly name?: string };
  readonly remotePort?: number;
  readonly localPort?: number;
  readonly listening?: boolean;
}

/** How long a handle that is being closed may take to go, in milliseconds. */
const timeoutMs = 3_000;

/** Node.js does not document how to list handles; without this function only timers are found. */
const activeHandles = (): object[] =>
  (process as unknown as { _getActiveHandles?: () => object[] })._getActiveHandles?.() ?? [];

/**
 * Lists the sockets, servers, watchers, child processes and timers that keep the process alive.
 * @param databasePort connections to the database are omitted: the server lists them more reliably
 */
export const listOpenHandles = (databasePort: number | undefined): OpenHandles => ({
  handles: new Set(
    activeHandles().filter(
      (handle) => databasePort === undefined || (handle as HandleLike).remotePort !== databasePort,
    ),
  ),
  timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
});

const describe = (handle: object): string => {
  const { constructor: maker, remotePort, localPort, listening } = handle as HandleLike;
  const name = maker?.name ?? 'handle';
  if (listening === true) return `a ${name} that listens`;
  if (remotePort !== undefined) return `a ${name} to port ${String(remotePort)}`;
  return localPort === undefined ? `a ${name}` : `a ${name} on port ${String(localPort)}`;
};

const newSince = (before: OpenHandles, databasePort: number | undefined): string[] => {
  const now = listOpenHandles(databasePort);
  const left = [...now.handles].filter((handle) => !before.handles.has(handle)).map(describe);
  const timers = now.timers - before.timers;
  return timers > 0 ? [...left, `${String(timers)} timers that still run`] : left;
};

/** What is open that was not before, in words; what is on its way out is waited for. */
export const findLeakedHandles = async (before: OpenHandles, databasePort: number | undefined): Promise<string[]> => {
  const deadline = performance.now() + timeoutMs;
  let left = newSince(before, databasePort);
  // Closing a socket takes a turn or two of the event loop.
  for (let turn = 0; left.length > 0 && turn < 20; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    left = newSince(before, databasePort);
  }
  while (left.length > 0 && performance.now() < deadline) {
    await pause(10);
    left = newSince(before, databasePort);
  }
  return left;
};
