import type { Clock } from '../../clock.js';
import { nextDeadline, type OverrideState } from '../override-state.js';
import { storeTimeoutMs } from '../revisions/revision-repository.js';

/** Longest wait, in milliseconds: the time of the database is compared again afterwards. */
const longestMs = 60_000;

/** How long a change may wait for the database after a deadline, in milliseconds. */
const lateMs = 500;

/**
 * How long a change may wait for the database, in milliseconds. It ends soon after the next deadline, because nothing can be reverted
 * until then.
 */
export const databaseTimeoutMs = (overrides: OverrideState, now: Date): number => {
  const deadline = nextDeadline(overrides);
  if (deadline === null) return storeTimeoutMs;
  return Math.min(storeTimeoutMs, Math.max(0, deadline.getTime() - now.getTime()) + lateMs);
};

/** Wait after a deadline that could not be handled, in milliseconds. */
const retryMs = 1_000;

/**
 * The time of the database, as last read, and a timer for deadlines in it. Between two reads it follows the monotonic clock of this
 * machine, so it goes on without the database and does not depend on the wall clock.
 */
export class DeadlineTimer {
  #read: { readonly databaseMs: number; readonly monotonicMs: number } | null = null;
  #cancel: () => void = () => undefined;
  #isClosed = false;

  constructor(
    private readonly clock: Clock,
    private readonly onDue: () => void,
  ) {}

  /**
   * Sets the time of the database.
   * @param monotonicMs when the response arrived: the estimate must not be ahead of the database
   */
  set(databaseTime: Date, monotonicMs: number): void {
    this.#read = { databaseMs: databaseTime.getTime(), monotonicMs };
  }

  /** The estimated time of the database; the wall clock until it was read. */
  now(): Date {
    if (this.#read === null) return this.clock.now();
    return new Date(this.#read.databaseMs + this.clock.monotonicMs() - this.#read.monotonicMs);
  }

  /** Waits for a deadline instead of the previous one; null for none. */
  wait(deadline: Date | null): void {
    this.#cancel();
    if (deadline === null || this.#isClosed) return;
    const leftMs = deadline.getTime() - this.now().getTime();
    const waitMs = leftMs > 0 ? Math.min(leftMs, longestMs) : retryMs;
    this.#cancel = this.clock.setTimer(this.onDue, Math.ceil(waitMs));
  }

  /** Stops the timer permanently. */
  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }
}
