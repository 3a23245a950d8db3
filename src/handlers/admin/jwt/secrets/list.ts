import type { Handler } from '../../../../middleware/context.js';
import { SigningKey } from '../../../../models/keys/signing-key.js';
import type { Services } from '../../../../services.js';

/** GET /api/v1/admin/jwt/secrets: lists the signing keys with their fingerprints, newest first, without secrets. */
export const listKeys = ({ db, secretBox }: Services): Handler =>
  async function listKeys(ctx) {
    const keys = await db.read((connection) => SigningKey.newestFirst(connection).execute());
    ctx.body = { data: keys.map((key) => key.toPublic(secretBox)) };
  };
