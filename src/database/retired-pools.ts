import type { Logger } from '../observability/logger.js';
import type { Pool } from './pool.js';

/** Replaced pools that running requests may still use. */
export class RetiredPools {
  readonly #timers = new Map<Pool, NodeJS.Timeout>();

  constructor(private readonly log: Logger) {}

  /**
   * Schedules the closing of a pool, which running requests may still query.
   * @param afterMs time until it closes, in milliseconds
   * @param graceMs how long to wait for work that is still running then, in milliseconds
   */
  add(pool: Pool, afterMs: number, graceMs = afterMs): void {
    const timer = setTimeout(() => {
      this.#timers.delete(pool);
      pool.close(graceMs).catch((error: unknown) => {
        this.log.warn(
          { event: 'database.old_pool_not_closed', err: error },
          'could not close a replaced connection pool',
        );
      });
    }, afterMs);
    timer.unref();
    this.#timers.set(pool, timer);
  }

  /** Cancels the closing of a pool; false if it is already closed. */
  recall(pool: Pool): boolean {
    clearTimeout(this.#timers.get(pool));
    return this.#timers.delete(pool);
  }

  /** Closes all pools now. */
  async close(graceMs: number): Promise<void> {
    const pools = [...this.#timers.keys()];
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await Promise.all(pools.map((pool) => pool.close(graceMs)));
  }
}
