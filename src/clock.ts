/** Time as a service, so that expiry and schedules can be tested by moving the clock. */
export interface Clock {
  /** Wall-clock time, for expiry, timestamps and tokens. */
  now(): Date;
  /** Monotonic time in milliseconds, for rate limits, cache ages and durations. */
  monotonicMs(): number;
  /**
   * Calls `callback` once after a monotonic time. The timer does not keep the process running.
   * @param ms less than 2^31
   * @returns cancels the timer
   */
  setTimer(callback: () => void, ms: number): () => void;
}

/** The system clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  setTimer(callback, ms) {
    const timer = setTimeout(callback, ms).unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
