/** Time as a service, so that expiry can be tested by moving the clock. */
export interface Clock {
  /** Wall-clock time, for expiry, timestamps and tokens. */
  now(): Date;
  /** Monotonic time in milliseconds, for rate limits, cache ages and durations. */
  monotonicMs(): number;
}

/** The system clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};
