import { callerOf, type ApiContext } from '../../../../middleware/context.js';
import { AuditEvent } from '../../../../models/audit-event.js';
import { Session, type SessionEnd } from '../../../../models/session.js';
import type { Services } from '../../../../services.js';

/**
 * Ends one of the caller's sessions, with its audit row in the same transaction.
 * @returns false when the caller has no such live session
 */
export const endSession = (
  { db }: Services,
  ctx: ApiContext,
  sessionId: string,
  reason: SessionEnd,
): Promise<boolean> => {
  const { userId } = callerOf(ctx);
  return db.transaction(async (trx) => {
    const isEnded = await Session.end(trx, userId, sessionId, reason, ctx.state.now);
    if (isEnded) {
      const about = { actorId: userId, subjectId: userId, details: { session_id: sessionId, reason } };
      await AuditEvent.record(trx, { action: 'session.ended', result: 'success', ...about }, ctx.state.origin);
    }
    return isEnded;
  });
};
