import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../clock.js';
import type { DiskState } from './disk-state.js';
import type { WatchTimes, WatchTrigger } from './directory-watcher.js';

/** Options for `QuietPeriod`. */
export interface QuietPeriodOptions {
  readonly clock: Clock;
  readonly times: Pick<WatchTimes, 'quietMs' | 'timeoutMs'>;
  /** Reads all files of the configuration, synchronously. */
  readonly read: () => DiskState;
  /** Whether a disk is worth a reload. */
  readonly isNews: (disk: DiskState) => boolean;
  /** Called when the files have changed and been quiet, or when they have kept changing for `timeoutMs`. */
  readonly onChange: (trigger: WatchTrigger) => void;
}

/** A disk, and for how long it still has to stay the same, in milliseconds. */
interface Observed {
  readonly disk: DiskState;
  readonly remainingMs: number;
}

/**
 * Decides when the files may be read. A disk counts only if the content stays the same for the whole quiet period:
 * a file that is still being written is often valid YAML, and would be applied half. There is one period for everything
 * that is watched, so that an event in one folder cannot shorten the wait for another.
 */
export class QuietPeriod {
  #digest: string;
  #sinceMs = Number.NEGATIVE_INFINITY;
  /** When the content began to change; null while it is quiet. */
  #changingSinceMs: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** Pending calls of `settled`, which poll by themselves. */
  #waiting = 0;
  readonly #closing = new AbortController();

  /** @param first the disk that was loaded at the start */
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
   * Resolves with a disk that has stayed the same for the whole period; at once when it already has.
   * @returns an unstable disk when the content has kept changing for `timeoutMs`
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

  /** How much longer a change may go on before it is reported as unstable, in milliseconds. */
  #remainingPatienceMs(): number {
    const { clock, times } = this.options;
    if (this.#changingSinceMs === null) return times.timeoutMs;
    return Math.max(0, Math.ceil(this.#changingSinceMs + times.timeoutMs - clock.monotonicMs()));
  }
}
