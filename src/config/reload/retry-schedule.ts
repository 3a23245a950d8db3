import type { ConfigSnapshot } from './config-snapshot.js';
import type { ReloadResult } from '../types.js';

/** Milliseconds until a refusal is tried again for the first time; each further one takes twice as long. */
const firstMs = 2000;

/** Longest wait between two attempts, in milliseconds: what came back is in force soon, what stays away costs little. */
const longestMs = 10_000;

/** A refusal of subscribers, and when it is to be tried again. */
interface Refusal {
  readonly digest: string;
  readonly over: ConfigSnapshot;
  readonly waitMs: number;
  readonly atMs: number;
}

/**
 * Says when files that nobody has touched are worth another attempt: a subscriber could not follow them, and the reason
 * may lie outside of the files, such as a server that was away.
 */
export class RetrySchedule {
  #refusal: Refusal | null = null;
  #isUnderWay = false;

  /** Takes note that an attempt is under way: another would be of no use until it has ended. */
  begun(): void {
    this.#isUnderWay = true;
  }

  /**
   * Takes note of what became of a reload.
   * @param digest names the bytes that were read
   * @param active what is in force after it
   */
  ended({ errors }: ReloadResult, digest: string, active: ConfigSnapshot, nowMs: number): void {
    this.#isUnderWay = false;
    const isWorthIt = errors.some(({ code }) => code === 'subscriber_failed');
    const known = this.#refusal?.digest === digest ? this.#refusal.waitMs * 2 : firstMs;
    const waitMs = Math.min(known, longestMs);
    this.#refusal = isWorthIt ? { digest, over: active, waitMs, atMs: nowMs + waitMs } : null;
  }

  /**
   * Whether it is time for another attempt. Never when something else has come into force meanwhile: a rollback stays
   * until the files change.
   */
  isDue(active: ConfigSnapshot, nowMs: number): boolean {
    if (this.#isUnderWay || this.#refusal === null) return false;
    return this.#refusal.over === active && nowMs >= this.#refusal.atMs;
  }
}
