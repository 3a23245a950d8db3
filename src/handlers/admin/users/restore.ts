import type { UserPath } from '../../../contract/admin-user.js';
import { actorOf, transactionOf, type Handler } from '../../../middleware/context.js';
import { restoreAccount } from '../../../models/accounts/account-lifecycle.js';
import { User } from '../../../models/accounts/user.js';
import { lockManagedAccount } from '../../../policies/managed-account.js';

/**
 * POST /api/v1/admin/users/{id}/restore: restores a deleted account.
 * @throws {AppError} not_found, forbidden, precondition_failed (If-Match)
 */
export const restoreUser = (): Handler<unknown, unknown, UserPath> =>
  async function restoreUser(ctx) {
    const { trx } = transactionOf(ctx);
    const user = await lockManagedAccount(ctx);
    await restoreAccount(trx, actorOf(ctx), user);
    const restored = (await User.findAccount(trx, user.id)) as User;
    ctx.set('ETag', restored.etag);
    ctx.body = restored.toAdmin(ctx.state.now);
  };
