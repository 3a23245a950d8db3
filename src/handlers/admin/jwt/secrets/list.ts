import type { Handler } from '../../../../middleware/context.js';
import { SigningKey } from '../../../../models/keys/signing-key.js';
import type { Services } from '../../../../services.js';

/** GET /api/v1/admin/jwt/secrets: the signing keys by their fingerprints, newest first; never a secret. */
export const listKeys = ({ db, secretBox }: Services): Handler =>
  async function listKeys(ctx) {
    const keys = await db.read((connection) => SigningKey.newestFirst(connection).execute());
    ctx.body = { data: keys.map((key) => key.toPublic(secretBox)) };
  };
