import { callerOf, type Handler } from '../../../../middleware/context.js';
import { recordEndedSessions } from '../../../../models/ended-sessions.js';
import { Session } from '../../../../models/session.js';
import type { Services } from '../../../../services.js';

/** DELETE /api/v1/users/me/sessions: ends all of the caller's sessions but the one in use. */
export const endOtherSessions = ({ db }: Services): Handler =>
  async function endOtherSessions(ctx) {
    const { id, userId } = callerOf(ctx);
    await db.transaction(async (trx) => {
      const ended = await Session.endOthers(trx, userId, id, ctx.state.now);
      await recordEndedSessions(trx, ended, { actorId: userId, subjectId: userId }, ctx.state.requestMetadata);
    });
    ctx.status = 204;
  };
