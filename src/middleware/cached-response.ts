import type { CacheNamespace } from '../cache/cache.js';
import type { Services } from '../services.js';
import type { ApiContext } from './context.js';

/** A body to be cached, and the entity tag that belongs to it. */
export interface Cacheable {
  readonly body: unknown;
  readonly etag?: string;
}

/**
 * Answers from the cache, or from `load` and keeps it; `X-Cache` says which.
 * @param namespace whose time to live holds (`cache.ttl.<namespace>`)
 * @param key what tells this answer from others; never the caller's choice of anything that is not in the answer
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
