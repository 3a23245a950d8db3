import type { Transaction } from '../database/database.js';
import { enqueueSecurityNotification } from './security-notification.js';
import { AuditEvent } from './audit-event.js';
import { NIL_UUID } from './base-model.js';
import { OneTimeToken } from './one-time-token.js';
import type { RequestMetadata } from './request-metadata.js';
import { Session } from './session.js';
import { User } from './user.js';

/** How the owner of the verified address has proved that it is theirs. */
export type OwnershipProof = 'magic_link' | 'password_reset';

/**
 * Gives a locked account to the person who has just used a link that was mailed to its verified address, and to nobody else.
 * Where the address was verified without a session of the account, another person may have registered with it: the
 * password, all sessions, open links and a pending address are removed, with an audit event and a notice by mail (ADR 22).
 * @returns how many sessions were ended, and whether a mail was enqueued; 0 and false if the account was claimed already
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
  const about = { actorId: id, subjectId: id, details: { method, removed, ended_sessions: endedSessions } };
  await AuditEvent.record(trx, { action: 'user.claimed', result: 'success', ...about }, requestMetadata);
  const isMailed = removed.length > 0 && (await enqueueSecurityNotification(trx, 'account_claimed', user, now));
  return { endedSessions, isMailed };
};
