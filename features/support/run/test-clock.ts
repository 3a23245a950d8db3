import type { Clock } from '../../../src/clock.js';

/** A clock that follows the clock of the machine and can be moved: wall time and monotonic time together, or wall time alone. */
export class TestClock implements Clock {
  #wallOffsetMs = 0;
  #monotonicOffsetMs = 0;

  /** Wall time. */
  now(): Date {
    return new Date(Date.now() + this.#wallOffsetMs);
  }

  /** Monotonic milliseconds. */
  monotonicMs(): number {
    return performance.now() + this.#monotonicOffsetMs;
  }

  /** Lets time pass, in milliseconds; never backwards. */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError('time passes forwards: set wall time back with setWall');
    this.#wallOffsetMs += ms;
    this.#monotonicOffsetMs += ms;
  }

  /** Sets wall time alone, as an operator who corrects the machine's clock. */
  setWall(to: Date): void {
    this.#wallOffsetMs = to.getTime() - Date.now();
  }
}
