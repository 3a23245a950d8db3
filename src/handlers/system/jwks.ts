import type { Handler } from '../../middleware/context.js';
import type { Services } from '../../services.js';

/** GET /.well-known/jwks.json: the public keys of asymmetric signing keys (RFC 7517); empty while HS256 signs. */
export const jwks = ({ keys }: Services): Handler =>
  async function jwks(ctx) {
    await keys.confirm();
    ctx.body = keys.jwks();
  };
