import { actorOf, callerOf, transactionOf, type Handler } from '../../../../middleware/context.js';
import { endSessions } from '../../../../models/sessions/end-session.js';

/** DELETE /api/v1/users/me/sessions: ends all of the caller's sessions except the current one. */
export const endOtherSessions = (): Handler =>
  async function endOtherSessions(ctx) {
    const { id: exceptId, userId } = callerOf(ctx);
    await endSessions(transactionOf(ctx).trx, actorOf(ctx), { userId, exceptId, now: ctx.state.now });
    ctx.status = 204;
  };
