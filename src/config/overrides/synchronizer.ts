import type { Mutex } from 'async-mutex';
import type { Clock } from '../../clock.js';
import type { Logger } from '../../observability/logger.js';
import type { ConfigStore } from '../reload/config-store.js';
import type { RevisionRepository } from '../revisions/revision-repository.js';
import type { RevisionSync } from './revision-sync.js';

/** Options for `Synchronizer`. */
export interface SynchronizerOptions {
  readonly store: ConfigStore;
  readonly repository: RevisionRepository;
  readonly sync: RevisionSync;
  readonly mutex: Mutex;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Synchronizes with the database while no other change is running. */
export class Synchronizer {
  #isClosed = false;

  constructor(private readonly options: SynchronizerOptions) {}

  /**
   * Applies what other instances have changed, and what is due.
   * @param timeoutMs how long the database may take, in milliseconds; null for any time
   * @throws an error of the database, or DatabaseTimeoutError
   */
  async synchronize(timeoutMs: number | null): Promise<void> {
    const { store, repository, sync, mutex, clock } = this.options;
    if (!repository.hasStore) return;
    for (let isDone = false; !isDone && !this.#isClosed;) {
      const { active } = store;
      // Read before the lock is taken: a database that does not respond must not block file changes.
      const state = await repository.readState(timeoutMs);
      const readAtMs = clock.monotonicMs();
      isDone = await mutex.runExclusive(async () => {
        if (store.active !== active) return false;
        if (!this.#isClosed) await sync.follow(state, readAtMs);
        return true;
      });
    }
  }

  /** Applies what is due; without the database if it does not respond in time. Never rejects. */
  async synchronizeOrSettle(timeoutMs: number): Promise<void> {
    const { sync, mutex, log } = this.options;
    try {
      await this.synchronize(timeoutMs);
    } catch (error) {
      log.debug({ event: 'config.sync_failed', err: error }, 'cannot synchronize the configuration with the database');
      await mutex.runExclusive(() => (this.#isClosed ? undefined : sync.settleAlone()));
    }
  }

  /** Stops waiting for deadlines. */
  close(): void {
    this.#isClosed = true;
    this.options.sync.close();
  }
}
