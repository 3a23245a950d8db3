import type { UserPath } from '../../../contract/admin-user.js';
import { actorOf, transactionOf, type Handler } from '../../../middleware/context.js';
import { deleteAccount } from '../../../models/accounts/account-lifecycle.js';
import { lockManagedAccount, requireRecentLoginForOwnAccount } from '../../../policies/managed-account.js';

/**
 * DELETE /api/v1/admin/users/{id}: deletes an account, which can be restored; its sessions end.
 * @throws {AppError} insufficient_user_authentication for the caller's own account, not_found, forbidden,
 * precondition_failed (If-Match), last_admin
 */
export const deleteUser = (): Handler<unknown, unknown, UserPath> =>
  async function deleteUser(ctx) {
    requireRecentLoginForOwnAccount(ctx);
    const user = await lockManagedAccount(ctx);
    await deleteAccount(transactionOf(ctx).trx, actorOf(ctx), user, { now: ctx.state.now });
    ctx.status = 204;
  };
