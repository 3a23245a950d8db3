import type { UserPath } from '../../../contract/admin-user.js';
import { notFound } from '../../../errors/not-found.js';
import { callerOf, transactionOf, type Handler } from '../../../middleware/context.js';
import { eraseNow, requestErasure } from '../../../models/accounts/account-erasure.js';
import { lockManagedAccount, requireRecentLoginForOwnAccount } from '../../../policies/managed-account.js';
import type { Services } from '../../../services.js';

/**
 * POST /api/v1/admin/users/{id}/erase: erases an account permanently, deleted or not. Only its ID remains, in the audit log;
 * its username becomes available. `database.statementTimeout` does not limit the erasure, and it continues in the background
 * if the connection or the process ends.
 * @throws {AppError} insufficient_user_authentication for the caller's own account, not_found, forbidden, last_admin,
 * precondition_failed (If-Match)
 */
export const eraseUser = ({ db }: Services): Handler<unknown, unknown, UserPath> =>
  async function eraseUser(ctx) {
    const { now, requestMetadata, deadline, params } = ctx.state;
    requireRecentLoginForOwnAccount(ctx);
    const { trx, afterCommit } = transactionOf(ctx);
    const user = await lockManagedAccount(ctx);
    await requestErasure(trx, user, { actorId: callerOf(ctx).userId, now });
    afterCommit(async () => {
      const options = { now, requestMetadata, signal: new AbortController().signal };
      const isErased = await deadline.pausedDuring(() => eraseNow(db, user.id, options));
      if (!isErased) throw notFound('user with ID', params.id);
    });
    ctx.status = 204;
  };
