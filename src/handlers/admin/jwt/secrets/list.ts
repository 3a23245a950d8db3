import type { Handler } from '../../../../middleware/context.js';
import { sessionsOfKeys } from '../../../../models/keys/key-sessions.js';
import { SigningKey } from '../../../../models/keys/signing-key.js';
import type { Services } from '../../../../services.js';

/**
 * GET /api/v1/admin/jwt/secrets: lists the signing keys with their fingerprints and the number of sessions that use them,
 * newest first, without secrets.
 */
export const listKeys = ({ db, secretBox }: Services): Handler =>
  async function listKeys(ctx) {
    const { now, settings } = ctx.state;
    const keys = await db.read((connection) => SigningKey.newestFirst(connection).execute());
    const sessions = await db.read((connection) =>
      sessionsOfKeys(connection, keys, { now, ttl: settings.auth.access.ttl }),
    );
    ctx.body = { data: keys.map((key) => ({ ...key.toPublic(secretBox), live_sessions: sessions.get(key.id) ?? 0 })) };
  };
