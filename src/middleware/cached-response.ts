import type { CacheNamespace } from '../cache/cache.js';
import type { Services } from '../services.js';
import type { ApiContext } from './context.js';

/** A body to cache, with its ETag. */
export interface Cacheable {
  readonly body: unknown;
  readonly etag?: string;
}

/**
 * Responds from the cache, or with the result of `load`, which is then cached; `X-Cache` says which.
 * @param namespace the cache namespace, which determines the time to live (`cache.ttl.<namespace>`)
 * @param key identifies the response; contains no input that does not affect the response
 */
export const respondFromCache = async (
  { cache }: Services,
  ctx: ApiContext,
  { namespace, key }: { namespace: CacheNamespace; key: string },
  load: () => Promise<Cacheable> | Cacheable,
): Promise<void> => {
  const { value, hit } = await cache.wrap(namespace, key, async () => load());
  ctx.set('X-Cache', hit ? 'HIT' : 'MISS');
  if (value.etag !== undefined) ctx.set('ETag', value.etag);
  ctx.body = value.body;
};
