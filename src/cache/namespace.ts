/** What is cached, each apart from the others; the time to live of each is `cache.ttl.<name>`. */
export const cacheNamespaces = ['greet', 'version', 'info', 'user'] as const;

/** One of the namespaces above. */
export type CacheNamespace = (typeof cacheNamespaces)[number];

/** What the cache reads of the settings, anew at each call; times to live are milliseconds, 0 keeps nothing. */
export interface CacheSettings {
  readonly current: {
    readonly cache: { readonly enabled: boolean; readonly ttl: Readonly<Record<CacheNamespace, number>> };
  };
}
