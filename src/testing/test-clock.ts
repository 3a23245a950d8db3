import { systemClock, type Clock } from '../clock.js';

/** A timer of a test clock. */
interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
  cancel: () => void;
}

/** A clock that follows the clock of the machine and can be moved: wall time and monotonic time together, or wall time alone. */
export class TestClock implements Clock {
  #wallOffsetMs = 0;
  #monotonicOffsetMs = 0;
  readonly #timers = new Set<Timer>();

  /** Wall time. */
  now(): Date {
    return new Date(Date.now() + this.#wallOffsetMs);
  }

  /** Monotonic milliseconds. */
  monotonicMs(): number {
    return performance.now() + this.#monotonicOffsetMs;
  }

  /** Moves both times forwards, in milliseconds. */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError('the time cannot be moved backwards; to set wall time back, use setWall');
    this.#wallOffsetMs += ms;
    this.#monotonicOffsetMs += ms;
    for (const timer of this.#timers) {
      timer.cancel();
      this.#start(timer);
    }
  }

  /** Calls `callback` once after a monotonic time, which `advance` shortens. */
  setTimer(callback: () => void, ms: number): () => void {
    const timer: Timer = { dueMs: this.monotonicMs() + ms, callback, cancel: () => undefined };
    this.#timers.add(timer);
    this.#start(timer);
    return () => {
      this.#timers.delete(timer);
      timer.cancel();
    };
  }

  /** Sets wall time alone, like an operator who corrects the clock of the machine. */
  setWall(to: Date): void {
    this.#wallOffsetMs = to.getTime() - Date.now();
  }

  #start(timer: Timer): void {
    timer.cancel = systemClock.setTimer(
      () => {
        this.#timers.delete(timer);
        timer.callback();
      },
      Math.max(0, timer.dueMs - this.monotonicMs()),
    );
  }
}
