import type { Transaction } from '../database/database.js';
import { AuditEvent } from './audit-event.js';
import type { Origin } from './origin.js';

/** Writes one audit row for each session that was ended. */
export const recordEndedSessions = async (
  trx: Transaction,
  sessionIds: readonly string[],
  about: { readonly actorId: string | null; readonly subjectId: string },
  origin: Origin | null,
): Promise<void> => {
  for (const id of sessionIds) {
    const details = { session_id: id, reason: 'revoked' };
    await AuditEvent.record(trx, { action: 'session.ended', result: 'success', ...about, details }, origin);
  }
};
