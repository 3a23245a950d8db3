import { Id } from '../../../../contract/user.js';
import type { SessionPath } from '../../../../contract/session.js';
import { notFound } from '../../../../errors/not-found.js';
import { callerOf, type Handler } from '../../../../middleware/context.js';
import type { Services } from '../../../../services.js';
import { endSession } from './end-session.js';

/**
 * DELETE /api/v1/users/me/sessions/{id}: ends one of the caller's sessions.
 * @throws {AppError} not_found for anything that is not a live session of the caller's own
 */
export const endOneSession = (services: Services): Handler<unknown, unknown, SessionPath> =>
  async function endOneSession(ctx) {
    const { id } = ctx.state.params;
    const session = { userId: callerOf(ctx).userId, sessionId: id };
    const isEnded = Id.safeParse(id).success && (await endSession(services, ctx, session, 'revoked'));
    if (!isEnded) throw notFound('active session with ID', id);
    ctx.status = 204;
  };
