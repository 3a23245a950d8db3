import type { Transaction } from '../../database/database.js';
import type { ApiContext } from '../../middleware/context.js';
import { AuditEvent } from '../../models/audit-event.js';
import { Session } from '../../models/session.js';
import type { SessionReference } from '../users/me/sessions/end-session.js';

/** Ends the session of a refresh token that was used again after its grace time, with its audit row. */
export const endReusedSession = async (
  trx: Transaction,
  { state }: ApiContext,
  { userId, sessionId }: SessionReference,
): Promise<void> => {
  const isEnded = await Session.end(trx, userId, sessionId, 'refresh_reused', state.now);
  if (!isEnded) return;
  state.hasReusedToken = true;
  const about = { actorId: null, subjectId: userId, details: { session_id: sessionId } };
  await AuditEvent.record(
    trx,
    { action: 'session.refresh_reused', result: 'failure', ...about },
    state.requestMetadata,
  );
};
