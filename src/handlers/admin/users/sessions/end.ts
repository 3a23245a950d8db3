import type { UserPath } from '../../../../contract/admin-user.js';
import { actorOf, transactionOf, type Handler } from '../../../../middleware/context.js';
import { endSessions } from '../../../../models/sessions/end-session.js';
import { lockManagedAccount } from '../../../../policies/managed-account.js';

/**
 * DELETE /api/v1/admin/users/{id}/sessions: ends all sessions of a user, on every instance.
 * @throws {AppError} not_found, forbidden, precondition_failed (If-Match)
 */
export const endUserSessions = (): Handler<unknown, unknown, UserPath> =>
  async function endUserSessions(ctx) {
    const { id: userId } = await lockManagedAccount(ctx);
    await endSessions(transactionOf(ctx).trx, actorOf(ctx), { userId, now: ctx.state.now });
    ctx.status = 204;
  };
