/** Time as a service, so that expiry can be tested by moving the clock. */
export interface Clock {
  /** Wall time: what expiry, timestamps and tokens are computed from. */
  now(): Date;
  /** Monotonic milliseconds: what limiters, cache ages and durations are measured with. */
  monotonicMs(): number;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};
