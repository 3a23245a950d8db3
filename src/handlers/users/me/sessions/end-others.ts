import { callerOf, type Handler } from '../../../../middleware/context.js';
import { AuditEvent } from '../../../../models/audit-event.js';
import { Session } from '../../../../models/session.js';
import type { Services } from '../../../../services.js';

/** DELETE /api/v1/users/me/sessions: ends all of the caller's sessions but the one in use. */
export const endOtherSessions = ({ db }: Services): Handler =>
  async function endOtherSessions(ctx) {
    const { id, userId } = callerOf(ctx);
    await db.transaction(async (trx) => {
      for (const ended of await Session.endOthers(trx, userId, id, ctx.state.now)) {
        const about = { actorId: userId, subjectId: userId, details: { session_id: ended, reason: 'revoked' } };
        await AuditEvent.record(trx, { action: 'session.ended', result: 'success', ...about }, ctx.state.origin);
      }
    });
    ctx.status = 204;
  };
