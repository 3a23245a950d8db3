import type { Logger } from '../observability/logger.js';
import type { Pool } from './pool.js';

/** Pools that were replaced and are still used by the requests that hold them. */
export class RetiredPools {
  readonly #timers = new Map<Pool, NodeJS.Timeout>();

  constructor(private readonly log: Logger) {}

  /**
   * Closes a pool later: a request may still hold it and query it again.
   * @param afterMs when it closes, in milliseconds
   * @param graceMs how long work that still runs then is waited for
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

  /** Takes a pool back that was to be closed; false when it is closed already. */
  recall(pool: Pool): boolean {
    clearTimeout(this.#timers.get(pool));
    return this.#timers.delete(pool);
  }

  /** Closes all of them now. */
  async close(graceMs: number): Promise<void> {
    const pools = [...this.#timers.keys()];
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await Promise.all(pools.map((pool) => pool.close(graceMs)));
  }
}
