import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock.js';
import type { DiskSnapshot } from './snapshot.js';
import type { WatchTimes, WatchTrigger } from './watcher.js';

/** Options for `QuietPeriod`. */
export interface QuietPeriodOptions {
  readonly clock: Clock;
  readonly times: Pick<WatchTimes, 'quietMs' | 'patienceMs'>;
  /** Reads all files of the configuration, synchronously. */
  readonly read: () => DiskSnapshot;
  /** Whether a snapshot is worth a reload. */
  readonly isNews: (snapshot: DiskSnapshot) => boolean;
  /** Called when the files have changed and been quiet, or when they have kept changing for `patienceMs`. */
  readonly onChange: (trigger: WatchTrigger) => void;
}

/** A snapshot, and for how long it still has to stay the same, in milliseconds. */
interface Observed {
  readonly snapshot: DiskSnapshot;
  readonly remainingMs: number;
}

/**
 * Decides when the files may be read. A snapshot counts only if the content stays the same for the whole quiet period:
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

  /** @param first the snapshot that was loaded at the start */
  constructor(
    private readonly options: QuietPeriodOptions,
    first: DiskSnapshot,
  ) {
    this.#digest = first.digest;
  }

  /** Reads the files after an event or at a poll; a change restarts the period. */
  notice(trigger: WatchTrigger): void {
    if (this.#closing.signal.aborted) return;
    const before = this.#digest;
    const { snapshot, remainingMs } = this.#observe();
    if (this.#waiting > 0 || (this.#timer !== undefined && snapshot.digest === before)) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.options.isNews(snapshot)) return;
    const waitMs = Math.min(remainingMs, this.#patienceLeftMs());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#check(trigger);
    }, waitMs).unref();
  }

  /**
   * Resolves with a snapshot that has stayed the same for the whole period; at once when it already has.
   * @returns an unstable snapshot when the content has kept changing for `patienceMs`
   */
  async settled(): Promise<DiskSnapshot> {
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

  async #settle(): Promise<DiskSnapshot> {
    for (;;) {
      const { snapshot, remainingMs } = this.#observe();
      if (remainingMs === 0) return snapshot;
      const patienceMs = this.#patienceLeftMs();
      if (patienceMs === 0 || this.#closing.signal.aborted) {
        this.#changingSinceMs = null;
        return { ...snapshot, isStable: false };
      }
      const waitMs = Math.min(remainingMs, patienceMs);
      await pause(waitMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
  }

  #check(trigger: WatchTrigger): void {
    const { snapshot, remainingMs } = this.#observe();
    if (!this.options.isNews(snapshot)) return;
    if (remainingMs === 0 || this.#patienceLeftMs() === 0) this.options.onChange(trigger);
    else this.notice(trigger);
  }

  #observe(): Observed {
    const { clock, times, read } = this.options;
    const snapshot = read();
    const nowMs = clock.monotonicMs();
    if (!snapshot.isStable || snapshot.digest !== this.#digest) {
      this.#digest = snapshot.digest;
      this.#sinceMs = nowMs;
      this.#changingSinceMs ??= nowMs;
    }
    const remainingMs = Math.max(0, Math.ceil(this.#sinceMs + times.quietMs - nowMs));
    if (remainingMs === 0) this.#changingSinceMs = null;
    return { snapshot, remainingMs };
  }

  /** How much longer a change may go on before it is reported as unstable, in milliseconds. */
  #patienceLeftMs(): number {
    const { clock, times } = this.options;
    if (this.#changingSinceMs === null) return times.patienceMs;
    return Math.max(0, Math.ceil(this.#changingSinceMs + times.patienceMs - clock.monotonicMs()));
  }
}
