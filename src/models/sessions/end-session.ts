import type { Transaction } from '../../database/database.js';
import type { Actor } from '../actor.js';
import { AuditEvent } from '../audit/audit-event.js';
import { NIL_UUID } from '../base-model.js';
import { Session, type SessionEndReason } from './session.js';

/** A session of an account. */
export interface SessionReference {
  readonly userId: string;
  readonly sessionId: string;
}

/** Records an audit event for each session that was ended, with a single statement. */
export const recordEndedSessions = (
  trx: Transaction,
  actor: Actor,
  userId: string,
  { sessionIds, reason }: { readonly sessionIds: readonly string[]; readonly reason: SessionEndReason },
): Promise<void> =>
  AuditEvent.recordMany(
    trx,
    'session.ended',
    actor,
    sessionIds.map((id) => ({ subjectId: userId, details: { session_id: id, reason } })),
  );

/**
 * Ends one session of an account.
 * @returns false if the account has no such active session
 */
export const endSession = async (
  trx: Transaction,
  actor: Actor,
  { userId, sessionId }: SessionReference,
  { reason, now }: { readonly reason: SessionEndReason; readonly now: Date },
): Promise<boolean> => {
  const isEnded = await Session.end(trx, userId, sessionId, reason, now);
  if (isEnded) await recordEndedSessions(trx, actor, userId, { sessionIds: [sessionId], reason });
  return isEnded;
};

/**
 * Ends the active sessions of an account.
 * @param exceptId the session to keep; all end by default
 * @returns the IDs of the ended sessions
 */
export const endSessions = async (
  trx: Transaction,
  actor: Actor,
  { userId, now, exceptId = NIL_UUID }: { readonly userId: string; readonly now: Date; readonly exceptId?: string },
): Promise<string[]> => {
  const sessionIds = await Session.endOthers(trx, userId, exceptId, now);
  await recordEndedSessions(trx, actor, userId, { sessionIds, reason: 'revoked' });
  return sessionIds;
};

/**
 * Ends the session of a refresh token that was used again after its grace period.
 * @returns false if it had already ended
 */
export const endReusedSession = async (
  trx: Transaction,
  { requestMetadata }: Actor,
  { userId, sessionId }: SessionReference,
  now: Date,
): Promise<boolean> => {
  const isEnded = await Session.end(trx, userId, sessionId, 'refresh_reused', now);
  if (isEnded) {
    const event = { subjectId: userId, result: 'failure', details: { session_id: sessionId } } as const;
    await AuditEvent.record(trx, 'session.refresh_reused', { actorId: null, requestMetadata }, event);
  }
  return isEnded;
};
