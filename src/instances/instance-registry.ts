import { setTimeout as delay } from 'node:timers/promises';
import { systemClock, type Clock } from '../clock.js';
import type { Database, Transaction } from '../database/database.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import { instanceMetrics, type InstanceMetrics } from './instance-metrics.js';
import {
  InvalidationHandlers,
  type Invalidation,
  type InvalidationHandler,
  type Topic,
} from './invalidation-handlers.js';
import { Registration, type InstanceInfo } from './registration.js';
import { leaseMs, publishSql, unacknowledgedSql } from './statements.js';

export type { InstanceInfo } from './registration.js';

/** Options for `InstanceRegistry`. */
export interface InstanceRegistryOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly clock?: Clock;
  readonly metrics?: Metrics;
}

/** Another instance that has not acknowledged an invalidation. */
interface Peer {
  readonly id: string;
  readonly hostname: string;
  readonly pid: number;
}

/** Delay between two polls for acknowledgements, in milliseconds; doubles from the first to the longest. */
const firstPollMs = 2;
const longestPollMs = 25;

/** The nil UUID (RFC 9562, section 5.9): the id of an instance that is not registered. */
const nilUuid = '00000000-0000-0000-0000-000000000000';

/**
 * The instances that share a database. To change something that others keep in memory, `publish` an invalidation in the
 * transaction of the change, and call `waitForAcks` after the commit: it resolves once every instance with a live lease
 * has applied the invalidation.
 *
 * An unregistered instance (a CLI command, an app in a test) can publish and wait, but receives no invalidations, runs
 * nothing in the background and needs no cleanup.
 */
export class InstanceRegistry {
  readonly #db: Database;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #handlers: InvalidationHandlers;
  readonly #metrics: InstanceMetrics | undefined;
  #own: { readonly id: string; readonly registration: Registration } | undefined;

  constructor({ db, log, clock = systemClock, metrics }: InstanceRegistryOptions) {
    this.#db = db;
    this.#log = log;
    this.#clock = clock;
    this.#handlers = new InvalidationHandlers(log);
    this.#metrics = metrics && instanceMetrics(metrics, () => this.#own?.registration);
  }

  /**
   * Adds a handler, which also runs for invalidations that this instance publishes; returns a function that removes it.
   * Call it before `register`, which applies earlier invalidations.
   */
  on(topic: Topic, handler: InvalidationHandler): () => void {
    return this.#handlers.on(topic, handler);
  }

  /**
   * Publishes an invalidation. Call it last in the transaction: invalidations of one topic block each other.
   * @returns the argument for `waitForAcks`
   */
  async publish(trx: Transaction, topic: Topic): Promise<Invalidation> {
    const { rows } = await trx.raw<{ rows: { version: number }[] }>(publishSql, [topic]);
    return { topic, version: rows[0]?.version ?? 1 };
  }

  /**
   * Waits until this instance, and every other instance with a live lease, has applied an invalidation. Waits no longer
   * than a lease: an instance that has not applied it by then no longer uses its caches. Call it after the commit. Never
   * rejects, since the change is already committed.
   */
  async waitForAcks(invalidation: Invalidation): Promise<void> {
    const { topic } = invalidation;
    const startedMs = this.#clock.monotonicMs();
    const done = new AbortController();
    const peers: Peer[] = [];
    const acknowledged = this.#allAcknowledged(invalidation, peers, done.signal).then(() => true);
    const expired = delay(leaseMs, false, { signal: done.signal }).catch(() => true);
    const isAcknowledged = await Promise.race([acknowledged, expired]);
    done.abort();
    this.#metrics?.acknowledged(topic, this.#clock.monotonicMs() - startedMs);
    if (isAcknowledged) return;
    this.#log.warn(
      { event: 'cluster.announcement_timed_out', ...invalidation, waited_for: peers },
      'not all instances applied the change before their leases expired',
    );
  }

  /**
   * Whether local caches may be used: this instance has applied all invalidations it knows of, and its lease makes
   * publishers wait for it. Always true for an unregistered instance that is not behind.
   */
  get isFresh(): boolean {
    return !this.#handlers.isBehind && (this.#own === undefined || this.#own.registration.leaseRemainingMs > 0);
  }

  /**
   * Registers this instance: it sends heartbeats and receives invalidations until `unregister`. Resolves after the first
   * attempt; a failed attempt is retried in the background.
   */
  async register(instance: InstanceInfo): Promise<void> {
    if (this.#own !== undefined) throw new Error('this instance is already registered');
    const registration = new Registration({
      instance,
      db: this.#db,
      log: this.#log,
      clock: this.#clock,
      handlers: this.#handlers,
    });
    this.#own = { id: instance.id, registration };
    await registration.start();
  }

  /** Ends the registration permanently; `isFresh` is false from then on. */
  async unregister(): Promise<void> {
    await this.#own?.registration.stop();
  }

  async #allAcknowledged(invalidation: Invalidation, peers: Peer[], signal: AbortSignal): Promise<void> {
    await this.#handlers.apply(invalidation);
    const { topic, version } = invalidation;
    for (let delayMs = firstPollMs; !signal.aborted; delayMs = Math.min(longestPollMs, delayMs * 2)) {
      try {
        const { rows } = await this.#db.knex.raw<{ rows: Peer[] }>(unacknowledgedSql, [
          this.#own?.id ?? nilUuid,
          topic,
          version,
        ]);
        peers.splice(0, Infinity, ...rows);
        if (rows.length === 0) return;
      } catch (error) {
        this.#log.debug(
          { event: 'cluster.peers_unknown', err: error, topic },
          'cannot read the state of other instances; waiting for their leases to expire',
        );
      }
      await delay(delayMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
