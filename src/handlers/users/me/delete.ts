import type { DeleteMeBody } from '../../../contract/leaving.js';
import { callerOf, type Handler } from '../../../middleware/context.js';
import { preconditionCheck } from '../../../middleware/preconditions.js';
import { deleteOwnAccount } from '../../../models/accounts/delete-own-account.js';
import { reauthenticate } from '../../../policies/reauthentication.js';
import type { Services } from '../../../services.js';

/**
 * DELETE /api/v1/users/me: deletes the account of the caller, with the password or, if it has none, after a recent login. It
 * can be restored for `users.deletionGrace`, and is erased afterwards.
 * @throws {AppError} validation_failed, insufficient_user_authentication, too_many_attempts, wrong_password, overloaded,
 * precondition_failed (If-Match), last_admin, invalid_token
 */
export const deleteMe = (services: Services): Handler<DeleteMeBody> =>
  async function deleteMe(ctx) {
    const { userId, userVersion } = callerOf(ctx);
    const { body, now, requestMetadata } = ctx.state;
    const password = { value: body.password, path: '/password' };
    const { passwordHash: checkedHash } = await reauthenticate(services, ctx, password, 'user.deleted');
    await deleteOwnAccount(services.db, {
      ...{ userId, checkedHash, now, requestMetadata },
      assertPreconditions: preconditionCheck(ctx),
    });
    await services.cache.delete('user', `${userId}:${userVersion}`);
    ctx.status = 204;
  };
