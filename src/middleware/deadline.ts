import type { Clock } from '../clock.js';
import { AppError } from '../errors/app-error.js';
import type { Middleware } from './context.js';
import type { Services } from '../services.js';

/** What an answer may take beyond one statement, in milliseconds. */
const marginMs = 200;

/** The time that a request may wait for the database in all; it stands still while something else is waited for. */
export class Deadline {
  readonly #clock: Clock;
  readonly #onExpiry: () => void;
  #leftMs: number;
  #resumedAtMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, limitMs: number, onExpiry: () => void) {
    this.#clock = clock;
    this.#leftMs = limitMs;
    this.#onExpiry = onExpiry;
    this.#resume();
  }

  /** Runs work that does not wait for the database: reading the body, hashing. */
  async pausedDuring<T>(work: () => Promise<T>): Promise<T> {
    this.stop();
    this.#leftMs -= this.#clock.monotonicMs() - this.#resumedAtMs;
    try {
      return await work();
    } finally {
      this.#resume();
    }
  }

  /** Ends the watch. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #resume(): void {
    this.#resumedAtMs = this.#clock.monotonicMs();
    this.#timer = setTimeout(this.#onExpiry, Math.max(1, this.#leftMs));
  }
}

/**
 * Bounds what a request may wait for the database in all: pool, statements and a repeat together take no longer than one
 * statement may (`database.statementTimeout`) and a little. Work under way goes on; its outcome is not known to the caller.
 * @throws {AppError} service_unavailable
 */
export const deadline = ({ clock }: Services): Middleware =>
  async function deadline(ctx, next) {
    let watch: Deadline | undefined;
    const expiry = new Promise<never>((_resolve, reject) => {
      watch = new Deadline(clock, ctx.state.settings.database.statementTimeout + marginMs, () => {
        reject(
          new AppError('service_unavailable', { detail: 'The database did not answer in time.', retryAfterSeconds: 1 }),
        );
      });
      ctx.state.deadline = watch;
    });
    try {
      await Promise.race([next(), expiry]);
    } finally {
      watch?.stop();
    }
  };
