import type { Clock } from '../clock.js';
import type { Logger } from '../observability/logger.js';

/** Maximum age of a reading, in milliseconds; an import by another process counts after this time. */
const maxAgeMs = 2000;

/** Options for `StoredCost`. */
export interface StoredCostOptions {
  /** Reads the highest cost from the database; 0 for none. */
  readonly read: () => Promise<number>;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * The highest cost among the stored hashes, read from the database at most every two seconds. Requests that arrive during a
 * read share it. It falls when the account with that hash is erased or gets a cheaper hash.
 */
export class StoredCost {
  readonly #options: StoredCostOptions;
  #highest = 0;
  #readAtMs = -Infinity;
  #reading: Promise<void> | undefined;

  constructor(options: StoredCostOptions) {
    this.#options = options;
  }

  /** The highest cost; the last known value if the database cannot be read. */
  async highest(): Promise<number> {
    if (this.#options.clock.monotonicMs() - this.#readAtMs >= maxAgeMs) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined;
      });
    }
    await this.#reading;
    return this.#highest;
  }

  async #read(): Promise<void> {
    const { read, clock, log } = this.#options;
    const startedAtMs = clock.monotonicMs();
    try {
      this.#highest = await read();
    } catch (error) {
      log.warn(
        { event: 'hashing.stored_cost_unknown', err: error },
        'cannot read the highest cost of the stored password hashes',
      );
    }
    this.#readAtMs = startedAtMs;
  }
}
