import { entityTagOf } from '../../contract/entity-tag.js';
import type { Handler } from '../../middleware/context.js';
import type { Services } from '../../services.js';

/** How long others may use a set that they have fetched: a new key signs before they know it for no longer than that. */
const maxAgeSeconds = 60;

/** GET /.well-known/jwks.json: the public keys of asymmetric signing keys (RFC 7517); empty while HS256 signs. */
export const jwks = ({ keys }: Services): Handler =>
  async function jwks(ctx) {
    await keys.confirm();
    const set = keys.jwks();
    ctx.set({ 'Cache-Control': `public, max-age=${String(maxAgeSeconds)}`, ETag: entityTagOf(set) });
    ctx.body = set;
  };
