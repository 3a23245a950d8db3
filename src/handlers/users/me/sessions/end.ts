import type { SessionPath } from '../../../../contract/session.js';
import { Id } from '../../../../contract/user.js';
import { notFound } from '../../../../errors/not-found.js';
import { actorOf, transactionOf, type Handler } from '../../../../middleware/context.js';
import { endSession } from '../../../../models/sessions/end-session.js';

/**
 * DELETE /api/v1/users/me/sessions/{id}: ends one of the caller's sessions.
 * @throws {AppError} not_found unless it is an active session of the caller
 */
export const endOneSession = (): Handler<unknown, unknown, SessionPath> =>
  async function endOneSession(ctx) {
    const { now, params } = ctx.state;
    const { trx } = transactionOf(ctx);
    const actor = actorOf(ctx);
    const session = { userId: actor.actorId, sessionId: params.id };
    const isEnded =
      Id.safeParse(params.id).success && (await endSession(trx, actor, session, { reason: 'revoked', now }));
    if (!isEnded) throw notFound('active session with ID', params.id);
    ctx.status = 204;
  };
