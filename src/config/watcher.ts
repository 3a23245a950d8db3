import { watch, type FSWatcher } from 'chokidar';
import { realpathSync, statSync } from 'node:fs';
import type { Clock } from '../clock.js';
import type { Logger } from '../observability/logger.js';

/** What woke the watcher. */
export type WatchTrigger = 'watch' | 'poll';

/** Times of the watcher, in milliseconds. */
export interface WatchTimes {
  /** Silence after the last event before the files are read: editors and copies write in several steps. */
  readonly quietMs: number;
  /** Longest wait for silence. */
  readonly patienceMs: number;
  /** Between two comparisons of the content. */
  readonly pollMs: number;
  /** Between two attempts to watch a directory that refuses it. */
  readonly retryMs: number;
}

/** A comparison and the wait for quiet after it stay within a second. */
export const defaultWatchTimes: WatchTimes = { quietMs: 150, patienceMs: 2000, pollMs: 800, retryMs: 30_000 };

/** What the watcher is made from. */
interface WatcherOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly times: WatchTimes;
  /** Whether the content differs from what was last judged; reads synchronously. */
  readonly hasNews: () => boolean;
  /** Called after a change has come to rest; never while a call is under way is not guaranteed. */
  readonly onChange: (trigger: WatchTrigger) => void;
}

/** A directory by what it is, not by its name; null while it is missing. */
const identify = (directory: string): string | null => {
  try {
    const { dev, ino, birthtimeNs } = statSync(directory, { bigint: true });
    return `${dev}:${ino}:${birthtimeNs}`;
  } catch {
    return null;
  }
};

/**
 * Tells when the files of a directory have changed: by events, and by comparing the content in case events are lost.
 * It outlives the directory being missing, replaced or unreadable.
 */
export class DirectoryWatcher {
  #watcher: FSWatcher | null = null;
  #watched: string | null = null;
  #refusedAtMs = Number.NEGATIVE_INFINITY;
  #pollTimer: NodeJS.Timeout | undefined;
  #quietTimer: NodeJS.Timeout | undefined;
  #firstEventMs = 0;
  #isClosed = false;
  readonly #closings = new Set<Promise<void>>();

  constructor(private readonly options: WatcherOptions) {}

  /** Starts; resolves when events are coming in, or when it is clear that only comparing is left. */
  async start(): Promise<void> {
    this.#pollTimer = setInterval(() => this.#poll(), this.options.times.pollMs).unref();
    await this.#attach();
  }

  /** Stops for good; nothing is left open. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#pollTimer);
    clearTimeout(this.#quietTimer);
    this.#detach();
    await Promise.all(this.#closings);
  }

  #poll(): void {
    const { clock, times, directory } = this.options;
    const isReplaced = this.#watcher !== null && identify(directory) !== this.#watched;
    if (isReplaced) this.#detach();
    if (this.#watcher === null && clock.monotonicMs() - this.#refusedAtMs >= times.retryMs) void this.#attach();
    if (this.#quietTimer === undefined && this.options.hasNews()) this.#notice('poll');
  }

  /** Waits for quiet, but not for ever, then reports. */
  #notice(trigger: WatchTrigger): void {
    if (this.#isClosed) return;
    const { clock, times } = this.options;
    const now = clock.monotonicMs();
    if (this.#quietTimer === undefined) this.#firstEventMs = now;
    clearTimeout(this.#quietTimer);
    const wait = Math.max(0, Math.min(times.quietMs, this.#firstEventMs + times.patienceMs - now));
    this.#quietTimer = setTimeout(() => {
      this.#quietTimer = undefined;
      if (this.options.hasNews()) this.options.onChange(trigger);
    }, wait).unref();
  }

  #attach(): Promise<void> {
    const identity = identify(this.options.directory);
    // A missing directory is looked for at each poll.
    if (identity === null) return Promise.resolve();
    return new Promise((resolve) => {
      const watcher = watch(realpathSync(this.options.directory), {
        depth: 0,
        followSymlinks: false,
        ignoreInitial: true,
        ignorePermissionErrors: true,
        atomic: false,
      });
      this.#watcher = watcher;
      this.#watched = identity;
      const notice = (): void => {
        if (this.#watcher === watcher) this.#notice('watch');
      };
      // `raw` comes straight from the kernel; the other events first wait for a thread that hashing may hold.
      watcher.on('raw', notice).on('all', notice);
      watcher.on('ready', () => {
        notice();
        resolve();
      });
      watcher.on('error', (error) => {
        resolve();
        if (this.#watcher !== watcher) return;
        this.#refusedAtMs = this.options.clock.monotonicMs();
        this.#detach();
        this.options.log.warn(
          { err: error },
          'the configuration directory cannot be watched; its content is compared instead',
        );
      });
    });
  }

  #detach(): void {
    const watcher = this.#watcher;
    this.#watcher = null;
    this.#watched = null;
    if (watcher === null) return;
    const closing = watcher.close().finally(() => this.#closings.delete(closing));
    this.#closings.add(closing);
  }
}
