import { watch, type FSWatcher } from 'chokidar';
import { realpathSync, statSync } from 'node:fs';
import type { Clock } from '../../clock.js';
import type { Logger } from '../../observability/logger.js';

/** What caused a notification. */
export type WatchTrigger = 'watch' | 'poll';

/** Times of the watcher, in milliseconds. */
export interface WatchTimes {
  /** How long the content must stay unchanged before it is read: editors and copies write in several steps. */
  readonly quietMs: number;
  /** How long the content may keep changing before that is reported as an error. */
  readonly timeoutMs: number;
  /** Interval at which the content is compared. */
  readonly pollMs: number;
  /** Time between attempts to watch a directory that cannot be watched. */
  readonly retryMs: number;
}

/** A poll and the quiet period after it take less than a second. */
export const defaultWatchTimes: WatchTimes = { quietMs: 150, timeoutMs: 2000, pollMs: 500, retryMs: 30_000 };

/** Options for `DirectoryWatcher`. */
interface WatcherOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly times: Pick<WatchTimes, 'pollMs' | 'retryMs'>;
  /** Called at each event, and at each poll in case events are lost. */
  readonly notice: (trigger: WatchTrigger) => void;
}

/** The identity of a directory and its real path; null if it does not exist. A new directory of the same name differs. */
const find = (directory: string): { readonly identity: string; readonly path: string } | null => {
  try {
    const path = realpathSync(directory);
    const { dev, ino, birthtimeNs } = statSync(path, { bigint: true });
    return { identity: `${dev}:${ino}:${birthtimeNs}`, path };
  } catch {
    return null;
  }
};

/**
 * Reports when the files of a directory may have changed: at each event, and at each poll in case events are lost. It keeps
 * working when the directory is missing, replaced or unreadable.
 */
export class DirectoryWatcher {
  #watched: { readonly identity: string; readonly watcher: FSWatcher; readonly settle: () => void } | null = null;
  #refusedAtMs = Number.NEGATIVE_INFINITY;
  #pollTimer: NodeJS.Timeout | undefined;
  #isClosed = false;
  readonly #closings = new Set<Promise<void>>();

  constructor(private readonly options: WatcherOptions) {}

  /** Resolves when events are being received, or when the directory cannot be watched and is only polled. */
  async start(): Promise<void> {
    this.#pollTimer = setInterval(() => this.#poll(), this.options.times.pollMs).unref();
    await this.#attach();
  }

  /** Stops watching and releases all resources. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#pollTimer);
    this.#detach();
    await Promise.all(this.#closings);
  }

  #poll(): void {
    const { clock, times, directory } = this.options;
    const isReplaced = this.#watched !== null && find(directory)?.identity !== this.#watched.identity;
    if (isReplaced) this.#detach();
    if (this.#watched === null && clock.monotonicMs() - this.#refusedAtMs >= times.retryMs) void this.#attach();
    this.options.notice('poll');
  }

  #attach(): Promise<void> {
    const found = find(this.options.directory);
    // A missing directory is looked up again at each poll.
    if (found === null) return Promise.resolve();
    return new Promise((settle) => {
      const watcher = watch(found.path, {
        depth: 0,
        followSymlinks: false,
        ignoreInitial: true,
        ignorePermissionErrors: true,
        atomic: false,
      });
      this.#watched = { identity: found.identity, watcher, settle };
      const isCurrent = (): boolean => this.#watched?.watcher === watcher;
      const notice = (): void => {
        if (isCurrent() && !this.#isClosed) this.options.notice('watch');
      };
      // `raw` comes directly from the kernel; the other events wait for a libuv thread, which password hashing may occupy.
      watcher.on('raw', notice).on('all', notice);
      watcher.on('ready', () => {
        // For changes before events were received.
        if (isCurrent() && !this.#isClosed) this.options.notice('poll');
        settle();
      });
      watcher.on('error', (error) => {
        if (!isCurrent()) return;
        this.#refusedAtMs = this.options.clock.monotonicMs();
        this.#detach();
        const message = 'cannot watch the configuration directory; polling it instead';
        this.options.log.warn({ event: 'config.watch_failed', err: error }, message);
      });
    });
  }

  #detach(): void {
    if (this.#watched === null) return;
    const { watcher, settle } = this.#watched;
    this.#watched = null;
    settle();
    const closing = watcher.close().finally(() => this.#closings.delete(closing));
    this.#closings.add(closing);
  }
}
