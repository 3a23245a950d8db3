import type { ApiContext } from '../../../../middleware/context.js';
import { AuditEvent } from '../../../../models/audit-event.js';
import { Session, type SessionEndReason } from '../../../../models/session.js';
import type { Services } from '../../../../services.js';

/** A session of a person. */
export interface SessionReference {
  readonly userId: string;
  readonly sessionId: string;
}

/**
 * Ends one session of a person at that person's request, with its audit row in the same transaction.
 * @returns false when the person has no such live session
 */
export const endSession = (
  { db }: Services,
  { state }: ApiContext,
  { userId, sessionId }: SessionReference,
  reason: SessionEndReason,
): Promise<boolean> =>
  db.transaction(async (trx) => {
    const isEnded = await Session.end(trx, userId, sessionId, reason, state.now);
    if (isEnded) {
      const about = { actorId: userId, subjectId: userId, details: { session_id: sessionId, reason } };
      await AuditEvent.record(trx, { action: 'session.ended', result: 'success', ...about }, state.requestMetadata);
    }
    return isEnded;
  });
