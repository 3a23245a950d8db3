import { entityTagOf } from '../../contract/entity-tag.js';
import type { Handler } from '../../middleware/context.js';
import type { Services } from '../../services.js';

/** `Cache-Control` of the public keys: the maximum time for which a verifier may not have a new key. */
export const jwksMaxAge = 'public, max-age=60';

/** GET /.well-known/jwks.json: the public keys of asymmetric signing keys (RFC 7517); empty while HS256 signs. */
export const jwks = ({ keys }: Services): Handler =>
  async function jwks(ctx) {
    await keys.refreshIfStale();
    const set = keys.jwks();
    ctx.set({ 'Cache-Control': jwksMaxAge, ETag: entityTagOf(set) });
    ctx.body = set;
  };
