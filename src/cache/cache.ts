import type { Clock } from '../clock.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import { freezeJson } from './frozen.js';
import { MemoryStore, type CacheStore } from './memory-store.js';
import { NamespaceCache, type Cached, type Operation } from './namespace-cache.js';

/** The namespaces of the cache. The time to live of each is `cache.ttl.<name>`. */
export const cacheNamespaces = ['greet', 'version', 'info', 'user'] as const;

/** One of the namespaces above. */
export type CacheNamespace = (typeof cacheNamespaces)[number];

/** The settings of the cache, read on every call. Times to live are in milliseconds; with 0, nothing is cached. */
export interface CacheSettings {
  readonly current: {
    readonly cache: { readonly enabled: boolean; readonly ttl: Readonly<Record<CacheNamespace, number>> };
  };
}

export type { Cached } from './namespace-cache.js';

/** State of the store. While it is degraded, reads are slower but do not fail. Not configured while `cache.enabled` is false. */
export type CacheStatus = 'healthy' | 'degraded' | 'not_configured';

/** Options for `Cache`. */
export interface CacheOptions {
  readonly settings: CacheSettings;
  readonly clock: Pick<Clock, 'now'>;
  /** Prefix of all keys, so that apps can share a store. */
  readonly prefix: string;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly metrics?: Metrics | undefined;
  /** Whether cached entries are fresh; otherwise reads bypass the cache. Default: always. */
  readonly isFresh?: () => boolean;
  /** Opens the store of one namespace. Default: memory. */
  readonly openStore?: (name: string) => CacheStore;
}

/**
 * A cache-aside cache. Changes of a time to live apply at once: an entry is fresh while its age is below both the time to live it
 * was stored with and the current one. Values are JSON data; all readers get the same frozen object.
 * A store failure counts as a miss and is logged once until the store recovers.
 */
export class Cache {
  readonly #options: CacheOptions;
  readonly #namespaces: ReadonlyMap<CacheNamespace, NamespaceCache>;
  readonly #failing = new Set<CacheNamespace>();
  readonly #requests;
  readonly #failures;
  #closed = false;

  constructor(options: CacheOptions) {
    this.#options = options;
    this.#namespaces = new Map(cacheNamespaces.map((namespace) => [namespace, this.#open(namespace)]));
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
   * Returns the cached value, or the result of `load`, which is then stored. Concurrent reads of one key share one load; if it
   * fails, nothing is stored and all of them fail. `undefined` is returned but not stored; null is stored.
   * `load` must not read the same key through the cache.
   * @param load returns JSON data, which is frozen in place
   * @throws {TypeError} if the key is empty or missing, or if the value is not JSON data, such as a Date or a model
   */
  async wrap<T>(namespace: CacheNamespace, key: string, load: () => Promise<T>): Promise<Cached<T>> {
    requireKey(key);
    if (!this.#isOn() || this.#options.isFresh?.() === false) {
      const value = await load();
      freezeJson(value);
      this.#requests?.inc({ namespace, outcome: 'bypass' });
      return { value, hit: false };
    }
    const cached = await this.#namespace(namespace).read(key, load);
    this.#requests?.inc({ namespace, outcome: cached.hit ? 'hit' : 'miss' });
    return cached;
  }

  /**
   * Deletes one entry, even while the cache is disabled. Call it after the transaction that changed the data has committed and
   * before the response: later reads see the change, and a load in progress does not store the old value.
   * @throws {TypeError} if the key is empty or missing
   */
  async delete(namespace: CacheNamespace, key: string): Promise<void> {
    requireKey(key);
    await this.#namespace(namespace).delete(key);
  }

  /** Deletes all entries. @returns the number of deleted entries */
  async flush(): Promise<number> {
    const dropped = await Promise.all([...this.#namespaces.values()].map((cache) => cache.clear()));
    return dropped.reduce((sum, count) => sum + count, 0);
  }

  status(): CacheStatus {
    if (!this.#options.settings.current.cache.enabled) return 'not_configured';
    return this.#failing.size > 0 ? 'degraded' : 'healthy';
  }

  /** Closes the stores. Later reads bypass the cache. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#namespaces.values()].map((cache) => cache.close()));
  }

  #isOn(): boolean {
    return !this.#closed && this.#options.settings.current.cache.enabled;
  }

  #namespace(namespace: CacheNamespace): NamespaceCache {
    const cache = this.#namespaces.get(namespace);
    if (!cache) throw new TypeError(`no cache namespace ${namespace}`);
    return cache;
  }

  #open(namespace: CacheNamespace): NamespaceCache {
    const { settings, clock, prefix, openStore } = this.#options;
    const name = `${prefix}:${namespace}`;
    return new NamespaceCache({
      name,
      store: openStore?.(name) ?? new MemoryStore(),
      // If the cache was disabled during a load, the value is not stored.
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
