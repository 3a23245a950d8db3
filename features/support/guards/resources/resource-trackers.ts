import type { ChildProcess } from 'node:child_process';
import type { Socket as UdpSocket } from 'node:dgram';
import { unwatchFile, type FSWatcher, type StatWatcher } from 'node:fs';
import type { Server, Socket } from 'node:net';
import timersPromises from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { Method } from '../patch.js';

/** The original function, without tracking. */
const pause = timersPromises.setTimeout;

/** How long something that is being closed may take, in milliseconds. */
export const closeTimeoutMs = 3_000;

/** An open resource, and where it was created. */
export interface Resource {
  readonly stack: Error;
  readonly step: string | undefined;
  isOpen(): boolean;
  /** Whether it keeps the process alive. */
  hasRef(): boolean;
  describe(): string;
  /** Whether waiting may end it. */
  readonly mayEnd: boolean;
  readonly cure: string;
  /** The type of handles that belong to it and that Node.js does not give out. */
  readonly handleType?: string;
  /** Whether libraries never open it for later scenarios. */
  readonly isIndependent?: boolean;
  close(): void | Promise<void>;
  /** Handles that belong to it. */
  handles(): readonly unknown[];
}

const isTimerOpen = (timer: NodeJS.Timeout): boolean =>
  // The only sign that a timer has fired or was cleared.
  !(timer as unknown as { readonly _destroyed: boolean })._destroyed;

const unrefOf = (target: object): boolean => {
  const { _handle } = target as { readonly _handle?: { hasRef?: () => boolean } | null };
  return _handle?.hasRef?.() ?? true;
};

const portOf = (server: Server): string => {
  const address = server.address();
  return typeof address === 'string' ? address : `port ${String(address?.port ?? 0)}`;
};

const waitFor = async (child: ChildProcess): Promise<void> => {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await Promise.race([ended, pause(closeTimeoutMs, undefined, { ref: false })]);
};

/** Called with each resource that is opened. */
export type Track = (resource: Omit<Resource, 'stack' | 'step'>) => void;

/** Follows timers. */
export const trackTimer = (original: Method, name: 'setTimeout' | 'setInterval', track: Track): Method =>
  function (...args) {
    const timer = original.apply(this, args) as NodeJS.Timeout;
    const ms = Number(args[1] ?? 1);
    track({
      isOpen: () => isTimerOpen(timer),
      hasRef: () => timer.hasRef(),
      describe: () => `a timer (${name}, ${String(ms)} ms)`,
      // A request that is about to end clears even a long one.
      mayEnd: name === 'setTimeout',
      cure: `It was cleared. Clear it with ${name === 'setTimeout' ? 'clearTimeout' : 'clearInterval'} in the step, or in an After hook.`,
      close: () => {
        clearTimeout(timer);
      },
      handles: () => [],
    });
    return timer;
  };

/** Follows servers that listen. */
export const trackServer = (original: Method, track: Track): Method =>
  function (...args) {
    const server = this as Server;
    track({
      isOpen: () => server.listening,
      hasRef: () => unrefOf(server),
      describe: () => `a server that listens on ${portOf(server)}`,
      mayEnd: false,
      cure: 'It was closed. Close it in the step, or in an After hook.',
      close: () => {
        (server as { closeAllConnections?: () => void }).closeAllConnections?.();
        server.close();
      },
      handles: () => [server],
    });
    return original.apply(this, args);
  };

/** Follows child processes. */
export const trackChild = (original: Method, track: Track): Method =>
  function (...args) {
    const child = this as ChildProcess;
    track({
      isOpen: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
      hasRef: () => unrefOf(child),
      describe: () => `the process "${child.spawnargs.join(' ')}" (PID ${String(child.pid)})`,
      mayEnd: true,
      cure: 'It was killed. End it in the step, or in an After hook.',
      close: async () => {
        child.kill('SIGKILL');
        await waitFor(child);
      },
      handles: () => [child, ...child.stdio],
    });
    return original.apply(this, args);
  };

/** Follows connections. */
export const trackSocket = (original: Method, track: Track): Method =>
  function (...args) {
    const socket = this as Socket;
    track({
      isOpen: () => !socket.destroyed,
      hasRef: () => unrefOf(socket),
      describe: () =>
        `a connection to ${socket.remoteAddress ?? 'an unknown address'}, port ${String(socket.remotePort ?? 0)}`,
      mayEnd: true,
      cure: 'It was closed. Close it in the step, or in an After hook.',
      close: () => {
        socket.destroy();
      },
      handles: () => [socket],
    });
    return original.apply(this, args);
  };

/** Follows watchers of files. */
export const trackWatcher = (original: Method, track: Track): Method =>
  function (...args) {
    const watcher = original.apply(this, args) as FSWatcher;
    let isOpen = true;
    watcher.once('close', () => {
      isOpen = false;
    });
    track({
      isOpen: () => isOpen && (watcher as unknown as { readonly _handle?: unknown })._handle !== null,
      hasRef: () => unrefOf(watcher),
      describe: () => `a watcher of ${String(args[0])}`,
      // Chokidar closes its watchers asynchronously.
      mayEnd: true,
      isIndependent: true,
      cure: 'It was closed. Close it in the step, or in an After hook.',
      close: () => {
        watcher.close();
      },
      handles: () => [watcher],
    });
    return watcher;
  };

/** Follows files that are polled. */
export const trackPolledFile = (original: Method, track: Track): Method =>
  function (...args) {
    const watcher = original.apply(this, args) as StatWatcher & { readonly _handle?: unknown };
    let isOpen = true;
    watcher.once('stop', () => {
      isOpen = false;
    });
    track({
      isOpen: () => isOpen,
      hasRef: () => true,
      describe: () => `a watcher of ${String(args[0])} (watchFile)`,
      mayEnd: false,
      cure: 'It was closed. Close it with unwatchFile in the step, or in an After hook.',
      close: () => {
        unwatchFile(args[0] as string);
      },
      handles: () => [watcher, watcher._handle],
    });
    return watcher;
  };

/** Follows UDP sockets. */
export const trackUdp = (original: Method, track: Track): Method =>
  function (...args) {
    const socket = this as UdpSocket;
    let isOpen = true;
    socket.once('close', () => {
      isOpen = false;
    });
    const portOfSocket = (): string => {
      try {
        return String(socket.address().port);
      } catch {
        return 'that it has not bound yet';
      }
    };
    track({
      isOpen: () => isOpen,
      hasRef: () => true,
      describe: () => `a UDP socket on port ${portOfSocket()}`,
      mayEnd: false,
      cure: 'It was closed. Close it in the step, or in an After hook.',
      close: () => {
        socket.close();
      },
      handles: () => [socket],
    });
    return original.apply(this, args);
  };

/** Follows worker threads. */
export const trackWorker = (original: typeof Worker, track: Track): typeof Worker =>
  new Proxy(original, {
    construct(target, args, newTarget) {
      const worker = Reflect.construct(target, args, newTarget) as Worker;
      let isOpen = true;
      worker.once('exit', () => {
        isOpen = false;
      });
      track({
        isOpen: () => isOpen,
        hasRef: () => true,
        describe: () => `a worker thread (ID ${String(worker.threadId)})`,
        mayEnd: true,
        cure: 'It was terminated. Terminate it in the step, or in an After hook.',
        close: async () => {
          await worker.terminate();
        },
        handles: () => [worker],
      });
      return worker;
    },
  });
