import type { SigningKeyPath } from '../../../../contract/signing-key.js';
import { callerOf, type Handler } from '../../../../middleware/context.js';
import type { Services } from '../../../../services.js';

/**
 * DELETE /api/v1/admin/jwt/secrets/{kid}: removes a key, and so revokes every token that it signed, on every instance.
 * @throws {AppError} not_found, active_key
 */
export const deleteKey = ({ keyRotation }: Services): Handler<unknown, unknown, SigningKeyPath> =>
  async function deleteKey(ctx) {
    const { params, requestMetadata, deadline } = ctx.state;
    const about = { actorId: callerOf(ctx).userId, requestMetadata };
    // This time is spent waiting for other instances, not for the database.
    await deadline.pausedDuring(() => keyRotation.remove(params.kid, about));
    ctx.status = 204;
  };
