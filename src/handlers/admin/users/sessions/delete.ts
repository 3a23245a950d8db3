import type { UserSessionPath } from '../../../../contract/admin-user.js';
import { Id } from '../../../../contract/user.js';
import { notFound } from '../../../../errors/not-found.js';
import { actorOf, transactionOf, type Handler } from '../../../../middleware/context.js';
import { endSession } from '../../../../models/sessions/end-session.js';
import { lockManagedAccount } from '../../../../policies/managed-account.js';

/**
 * DELETE /api/v1/admin/users/{id}/sessions/{session_id}: ends one session of a user, on every instance.
 * @throws {AppError} not_found, forbidden, precondition_failed (If-Match)
 */
export const endUserSession = (): Handler<unknown, unknown, UserSessionPath> =>
  async function endUserSession(ctx) {
    const { now, params } = ctx.state;
    const { id: userId } = await lockManagedAccount(ctx);
    const session = { userId, sessionId: params.session_id };
    const isEnded =
      Id.safeParse(params.session_id).success &&
      (await endSession(transactionOf(ctx).trx, actorOf(ctx), session, { reason: 'revoked', now }));
    if (!isEnded) throw notFound('active session with ID', params.session_id);
    ctx.status = 204;
  };
