import type { Clock } from '../clock.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import { freezeJson } from './frozen.js';
import { MemoryStore, type CacheStore } from './memory-store.js';
import { cacheNamespaces, type CacheNamespace, type CacheSettings } from './namespace.js';
import { Region, type Cached, type Operation } from './region.js';

export { cacheNamespaces, type CacheNamespace, type CacheSettings } from './namespace.js';
export type { Cached } from './region.js';

/** How the store fares: a failing one costs speed, never answers. Not configured while `cache.enabled` is false. */
export type CacheStatus = 'healthy' | 'degraded' | 'not_configured';

/** What a cache is made from. */
export interface CacheOptions {
  readonly settings: CacheSettings;
  readonly clock: Pick<Clock, 'now'>;
  /** Stands before all keys, so that two apps may share a store without sharing entries. */
  readonly prefix: string;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly metrics?: Metrics | undefined;
  /** Whether what is kept may be believed now; while not, reads go to their loads. Always, when absent. */
  readonly isFresh?: () => boolean;
  /** Opens the store of one namespace; memory when absent. */
  readonly openStore?: (name: string) => CacheStore;
}

/**
 * Cache-aside with times to live that are live: an entry is fresh while its age is below the time to live it was stored
 * with and the one in force. Values are JSON data and come back frozen, the same object for every reader.
 * A store that fails is a miss, and is logged once until it works again.
 */
export class Cache {
  readonly #options: CacheOptions;
  readonly #regions: ReadonlyMap<CacheNamespace, Region>;
  readonly #failing = new Set<CacheNamespace>();
  readonly #requests;
  readonly #failures;
  #closed = false;

  constructor(options: CacheOptions) {
    this.#options = options;
    this.#regions = new Map(cacheNamespaces.map((namespace) => [namespace, this.#open(namespace)]));
    this.#requests = options.metrics?.counter(
      'rollcall_cache_requests_total',
      'Cache reads, by namespace and outcome: hit, miss or bypass (the cache is off or cannot be trusted).',
      ['namespace', 'outcome'],
    );
    this.#failures = options.metrics?.counter(
      'rollcall_cache_store_failures_total',
      'Failed cache store operations, by namespace and operation: get, set, delete or clear.',
      ['namespace', 'operation'],
    );
  }

  /**
   * The cached value, or that of `load`, stored for next time. Concurrent reads of one key share one load; when it
   * fails nothing is stored and all of them fail. An `undefined` result is handed on but not stored (null is).
   * `load` must not read the same key through the cache.
   * @param load makes JSON data; the result is frozen in place
   * @throws {TypeError} for an empty or absent key, which would be one entry for everybody, and for a value that JSON
   * cannot carry, such as a Date or a model
   */
  async wrap<T>(namespace: CacheNamespace, key: string, load: () => Promise<T>): Promise<Cached<T>> {
    requireKey(key);
    if (!this.#isOn() || this.#options.isFresh?.() === false) {
      const value = await load();
      freezeJson(value);
      this.#requests?.inc({ namespace, outcome: 'bypass' });
      return { value, hit: false };
    }
    const cached = await this.#region(namespace).read(key, load);
    this.#requests?.inc({ namespace, outcome: cached.hit ? 'hit' : 'miss' });
    return cached;
  }

  /**
   * Drops one entry, also while the cache is off. Call it after the transaction that changed the data has committed,
   * and before the answer: reads that begin after it see the change, and a load under way does not put the old value back.
   * @throws {TypeError} for an empty or absent key
   */
  async delete(namespace: CacheNamespace, key: string): Promise<void> {
    requireKey(key);
    await this.#region(namespace).delete(key);
  }

  /** Drops every entry of every namespace. @returns how many there were */
  async flush(): Promise<number> {
    const dropped = await Promise.all([...this.#regions.values()].map((region) => region.clear()));
    return dropped.reduce((sum, count) => sum + count, 0);
  }

  status(): CacheStatus {
    if (!this.#options.settings.current.cache.enabled) return 'not_configured';
    return this.#failing.size > 0 ? 'degraded' : 'healthy';
  }

  /** Ends the stores. Reads after it go to their loads. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#regions.values()].map((region) => region.close()));
  }

  #isOn(): boolean {
    return !this.#closed && this.#options.settings.current.cache.enabled;
  }

  #region(namespace: CacheNamespace): Region {
    const region = this.#regions.get(namespace);
    if (!region) throw new TypeError(`no cache namespace ${namespace}`);
    return region;
  }

  #open(namespace: CacheNamespace): Region {
    const { settings, clock, prefix, openStore } = this.#options;
    const name = `${prefix}:${namespace}`;
    return new Region({
      name,
      store: openStore?.(name) ?? new MemoryStore(),
      // Switched off while a value was loading: it is not kept.
      ttlMs: () => (this.#isOn() ? settings.current.cache.ttl[namespace] : 0),
      now: () => clock.now().getTime(),
      report: (operation, error) => {
        this.#report(namespace, operation, error);
      },
    });
  }

  #report(namespace: CacheNamespace, operation: Operation, error: unknown): void {
    const { log } = this.#options;
    if (error === undefined) {
      if (this.#failing.delete(namespace)) {
        log.info({ event: 'cache.store_recovered', namespace }, 'cache store recovered');
      }
      return;
    }
    this.#failures?.inc({ namespace, operation });
    if (this.#failing.has(namespace)) return;
    this.#failing.add(namespace);
    log.warn(
      { event: 'cache.store_failed', namespace, operation, err: error },
      'cache store failed; continuing without it',
    );
  }
}

const requireKey = (key: string): void => {
  if (typeof key !== 'string' || key === '') throw new TypeError('a cache entry needs a key');
};
