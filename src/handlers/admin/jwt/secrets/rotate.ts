import type { RotateKeys } from '../../../../contract/signing-key.js';
import { callerOf, type Handler } from '../../../../middleware/context.js';
import type { RotationRequest } from '../../../../models/keys/key-rotation.js';
import type { Services } from '../../../../services.js';

/**
 * POST /api/v1/admin/jwt/secrets/rotate: a new key signs, on every instance, when the answer leaves; the former verifies
 * until its retention ends.
 * @throws {AppError} service_unavailable when others change the keys all the time
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
      within: async (trx, key) => idempotencyLock?.complete(trx, { status: 201, body: key, headers: {} }, null),
    } satisfies RotationRequest;
    // The other instances are waited for, not the database.
    ctx.body = await deadline.pausedDuring(() => keyRotation.rotate(order));
    ctx.status = 201;
  };
