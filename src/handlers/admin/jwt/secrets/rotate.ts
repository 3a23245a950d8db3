import type { RotateKeys } from '../../../../contract/signing-key.js';
import { callerOf, type Handler } from '../../../../middleware/context.js';
import type { RotationRequest } from '../../../../models/keys/key-rotation.js';
import type { Services } from '../../../../services.js';

/**
 * POST /api/v1/admin/jwt/secrets/rotate: replaces the active key. When the response is sent, every instance signs with
 * the new key; the previous one verifies until its retention ends.
 * @throws {AppError} service_unavailable if other instances keep changing the keys
 */
export const rotateKeys = ({ keyRotation }: Services): Handler<RotateKeys> =>
  async function rotateKeys(ctx) {
    const { body, requestMetadata, idempotencyLock, deadline } = ctx.state;
    const { userId: actorId } = callerOf(ctx);
    const order = {
      algorithm: body.algorithm,
      reason: 'request',
      actorId,
      requestMetadata,
      onActivate: async (trx, key) => idempotencyLock?.complete(trx, { status: 201, body: key, headers: {} }, null),
    } satisfies RotationRequest;
    // This time is spent waiting for other instances, not for the database.
    ctx.body = await deadline.pausedDuring(() => keyRotation.rotate(order));
    ctx.status = 201;
  };
