import type { ReloadResult } from '../types.js';

/** Time until the first retry, in milliseconds. It doubles with each further one. */
const firstMs = 2000;

/** Maximum time between retries, in milliseconds. */
const longestMs = 10_000;

/** A rejection by a subscriber, and when to retry. */
interface Rejection {
  readonly digest: string;
  readonly waitMs: number;
  readonly atMs: number;
}

/**
 * Schedules retries of files that a subscriber could not apply. The cause may lie outside of the files, such as a server that was
 * down.
 */
export class RetrySchedule {
  #rejection: Rejection | null = null;
  #isUnderWay = false;

  /** Records that a reload has started. Nothing is due until it ends. */
  begun(): void {
    this.#isUnderWay = true;
  }

  /**
   * Records the result of a reload.
   * @param digest identifies the files
   */
  ended({ errors }: ReloadResult, digest: string, nowMs: number): void {
    this.#isUnderWay = false;
    const isWorthIt = errors.some(({ code }) => code === 'subscriber_failed');
    const known = this.#rejection?.digest === digest ? this.#rejection.waitMs * 2 : firstMs;
    const waitMs = Math.min(known, longestMs);
    this.#rejection = isWorthIt ? { digest, waitMs, atMs: nowMs + waitMs } : null;
  }

  /** Whether a retry is due. */
  isDue(nowMs: number): boolean {
    return !this.#isUnderWay && this.#rejection !== null && nowMs >= this.#rejection.atMs;
  }
}
