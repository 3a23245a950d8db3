/** The namespaces of the cache. The time to live of each is `cache.ttl.<name>`. */
export const cacheNamespaces = ['greet', 'version', 'info', 'user'] as const;

/** One of the namespaces above. */
export type CacheNamespace = (typeof cacheNamespaces)[number];

/** The settings of the cache, read on every call. Times to live are in milliseconds; 0 stores nothing. */
export interface CacheSettings {
  readonly current: {
    readonly cache: { readonly enabled: boolean; readonly ttl: Readonly<Record<CacheNamespace, number>> };
  };
}
