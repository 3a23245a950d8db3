import { entityTagOf } from '../../contract/entity-tag.js';
import type { Handler } from '../../middleware/context.js';
import type { Services } from '../../services.js';

/** `Cache-Control` of the public keys: for so long, at most, a verifier does not know a new key that already signs. */
export const jwksMaxAge = 'public, max-age=60';

/** GET /.well-known/jwks.json: the public keys of asymmetric signing keys (RFC 7517); empty while HS256 signs. */
export const jwks = ({ keys }: Services): Handler =>
  async function jwks(ctx) {
    await keys.refreshIfStale();
    const set = keys.jwks();
    ctx.set({ 'Cache-Control': jwksMaxAge, ETag: entityTagOf(set) });
    ctx.body = set;
  };
