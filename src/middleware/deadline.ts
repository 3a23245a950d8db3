import type { Clock } from '../clock.js';
import { AppError } from '../errors/app-error.js';
import type { Middleware, PausableDeadline } from './context.js';
import type { Services } from '../services.js';

/** How long a response may take beyond one statement, in milliseconds. */
const marginMs = 200;

/** The time that a request may wait for the database in total. */
class Deadline implements PausableDeadline {
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

  async pausedDuring<T>(work: () => Promise<T>): Promise<T> {
    this.stop();
    this.#leftMs -= this.#clock.monotonicMs() - this.#resumedAtMs;
    try {
      return await work();
    } finally {
      this.#resume();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #resume(): void {
    this.#resumedAtMs = this.#clock.monotonicMs();
    this.#timer = setTimeout(this.#onExpiry, Math.max(1, this.#leftMs));
  }
}

/**
 * Limits the total time that a request waits for the database: for the pool, its statements and a retry together, little
 * more than one statement may take (`database.statementTimeout`). Work in progress continues; the client does not learn its result.
 * @throws {AppError} service_unavailable
 */
export const deadline = ({ clock }: Services): Middleware =>
  async function deadline(ctx, next) {
    let running: Deadline | undefined;
    const expiry = new Promise<never>((_resolve, reject) => {
      running = new Deadline(clock, ctx.state.settings.database.statementTimeout + marginMs, () => {
        reject(
          new AppError('service_unavailable', {
            detail: 'The database did not respond in time.',
            retryAfterSeconds: 1,
          }),
        );
      });
      ctx.state.deadline = running;
    });
    try {
      await Promise.race([next(), expiry]);
    } finally {
      running?.stop();
    }
  };
