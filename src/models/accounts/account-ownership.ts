import type { Transaction } from '../../database/database.js';
import type { RequestMetadata } from '../actor.js';
import { AuditEvent } from '../audit/audit-event.js';
import { NIL_UUID } from '../base-model.js';
import { OneTimeToken } from '../login/one-time-token.js';
import { enqueueSecurityNotification } from '../mail/security-notification.js';
import { Session } from '../sessions/session.js';
import { User } from './user.js';

/** How the owner of an email address has proven that it is theirs. */
export type OwnershipProof = 'magic_link' | 'password_reset';

/**
 * Secures a locked account for the user who has just used a link emailed to its verified address. If the address was
 * verified without a session of the account, someone else may have registered with it: the password, all sessions, open
 * links and a pending address are removed, with an audit event and a notification (ADR 22).
 * @returns how many sessions were ended and whether an email was enqueued; 0 and false if the ownership was already
 * confirmed
 */
export const confirmOwnership = async (
  trx: Transaction,
  user: User,
  { method, now, requestMetadata }: { method: OwnershipProof; now: Date; requestMetadata: RequestMetadata },
): Promise<{ endedSessions: number; isMailed: boolean }> => {
  if (user.emailClaimed) return { endedSessions: 0, isMailed: false };
  const { id, passwordHash, pendingEmail } = user;
  await User.query(trx).findById(id).patch({ emailClaimed: true, passwordHash: null, pendingEmail: null });
  await OneTimeToken.cancel(trx, id, ['password_reset', 'email_verification', 'magic_link']);
  const { length: endedSessions } = await Session.endOthers(trx, id, NIL_UUID, now);
  const removed = [
    ...(passwordHash === null ? [] : ['password']),
    ...(pendingEmail === null ? [] : ['pending_email']),
    ...(endedSessions === 0 ? [] : ['sessions']),
  ];
  const details = { method, removed, ended_sessions: endedSessions };
  await AuditEvent.record(trx, 'user.claimed', { actorId: id, requestMetadata }, { subjectId: id, details });
  const isMailed = removed.length > 0 && (await enqueueSecurityNotification(trx, 'account_claimed', user, now));
  return { endedSessions, isMailed };
};
