import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../clock.js';
import type { Logger } from '../../observability/logger.js';
import { defaultWatchTimes, DirectoryWatcher, type WatchTimes, type WatchTrigger } from './directory-watcher.js';
import { type DiskState, templateFolder } from './disk-state.js';

/** Options for `FileWatch`. */
interface FileWatchOptions extends Omit<QuietPeriodOptions, 'times'> {
  readonly directory: string;
  readonly log: Logger;
  /** Overrides of the default times, in milliseconds. */
  readonly times?: Partial<WatchTimes> | undefined;
}

/** Watches the configuration directory and its templates, with one quiet period for both. */
export class FileWatch {
  #watchers: readonly DirectoryWatcher[] = [];
  #isClosed = false;
  readonly #quiet: QuietPeriod;
  readonly #times: WatchTimes;
  readonly #clock: Clock;

  /** @param first the files at startup */
  constructor(
    private readonly options: FileWatchOptions,
    first: DiskState,
  ) {
    this.#times = { ...defaultWatchTimes, ...options.times };
    this.#clock = options.clock;
    this.#quiet = new QuietPeriod({ ...options, times: this.#times }, first);
  }

  /** Starts to watch; resolves when changes are noticed. Further calls do nothing. */
  async start(): Promise<void> {
    if (this.#isClosed || this.#watchers.length > 0) return;
    const { directory, log } = this.options;
    const notice = this.#quiet.notice.bind(this.#quiet);
    this.#watchers = [directory, join(directory, templateFolder)].map(
      (watched) => new DirectoryWatcher({ directory: watched, clock: this.#clock, log, times: this.#times, notice }),
    );
    await Promise.all(this.#watchers.map((watcher) => watcher.start()));
  }

  /** The files after a quiet period; see `QuietPeriod.settled`. */
  settled(): Promise<DiskState> {
    return this.#quiet.settled();
  }

  /** Stops watching and releases all resources. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#quiet.close();
    await Promise.all(this.#watchers.map((watcher) => watcher.close()));
  }
}

/** Options for `QuietPeriod`. */
export interface QuietPeriodOptions {
  readonly clock: Clock;
  readonly times: Pick<WatchTimes, 'quietMs' | 'timeoutMs'>;
  /** Reads all files, synchronously. */
  readonly read: () => DiskState;
  /** Whether the files are worth a reload. */
  readonly isNews: (disk: DiskState) => boolean;
  /** Called when the files have changed and then stayed unchanged, or have kept changing for `patienceMs`. */
  readonly onChange: (trigger: WatchTrigger) => void;
}

/** The files, and how long they still have to stay unchanged, in milliseconds. */
interface Observed {
  readonly disk: DiskState;
  readonly remainingMs: number;
}

/**
 * Decides when files can be read: when their content has stayed unchanged for the whole quiet period. A file that is still being
 * written is often valid YAML. One period covers everything that is watched, so an event in one folder does not shorten it for
 * another.
 */
export class QuietPeriod {
  #digest: string;
  #sinceMs = Number.NEGATIVE_INFINITY;
  /** When the content began to change; null if it is unchanged. */
  #changingSinceMs: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** Pending calls of `settled`, which poll by themselves. */
  #waiting = 0;
  readonly #closing = new AbortController();

  /** @param first the files at startup */
  constructor(
    private readonly options: QuietPeriodOptions,
    first: DiskState,
  ) {
    this.#digest = first.digest;
  }

  /** Reads the files after an event or at a poll; a change restarts the period. */
  notice(trigger: WatchTrigger): void {
    if (this.#closing.signal.aborted) return;
    const before = this.#digest;
    const { disk, remainingMs } = this.#observe();
    if (this.#waiting > 0 || (this.#timer !== undefined && disk.digest === before)) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.options.isNews(disk)) return;
    const waitMs = Math.min(remainingMs, this.#remainingPatienceMs());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#check(trigger);
    }, waitMs).unref();
  }

  /**
   * Resolves when the content has stayed unchanged for the whole period; immediately if it already has.
   * @returns an unstable state if the content has kept changing for `patienceMs`
   */
  async settled(): Promise<DiskState> {
    this.#waiting += 1;
    try {
      return await this.#settle();
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Stops, and releases pending calls of `settled`. */
  close(): void {
    this.#closing.abort();
    clearTimeout(this.#timer);
  }

  async #settle(): Promise<DiskState> {
    for (;;) {
      const { disk, remainingMs } = this.#observe();
      if (remainingMs === 0) return disk;
      const timeoutMs = this.#remainingPatienceMs();
      if (timeoutMs === 0 || this.#closing.signal.aborted) {
        this.#changingSinceMs = null;
        return { ...disk, isStable: false };
      }
      const waitMs = Math.min(remainingMs, timeoutMs);
      await pause(waitMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
  }

  #check(trigger: WatchTrigger): void {
    const { disk, remainingMs } = this.#observe();
    if (!this.options.isNews(disk)) return;
    if (remainingMs === 0 || this.#remainingPatienceMs() === 0) this.options.onChange(trigger);
    else this.notice(trigger);
  }

  #observe(): Observed {
    const { clock, times, read } = this.options;
    const disk = read();
    const nowMs = clock.monotonicMs();
    if (!disk.isStable || disk.digest !== this.#digest) {
      this.#digest = disk.digest;
      this.#sinceMs = nowMs;
      this.#changingSinceMs ??= nowMs;
    }
    const remainingMs = Math.max(0, Math.ceil(this.#sinceMs + times.quietMs - nowMs));
    if (remainingMs === 0) this.#changingSinceMs = null;
    return { disk, remainingMs };
  }

  /** How much longer the content may keep changing before that is an error, in milliseconds. */
  #remainingPatienceMs(): number {
    const { clock, times } = this.options;
    if (this.#changingSinceMs === null) return times.timeoutMs;
    return Math.max(0, Math.ceil(this.#changingSinceMs + times.timeoutMs - clock.monotonicMs()));
  }
}
