import type { Database, Transaction } from '../../database/database.js';
import { violatedConstraint } from '../../database/classify-error.js';
import { AppError } from '../../errors/app-error.js';
import { invalidLink } from '../../errors/invalid-link.js';
import { lockActiveAccount } from './account-lifecycle.js';
import type { RequestMetadata } from '../actor.js';
import { AuditEvent } from '../audit/audit-event.js';
import { OneTimeToken } from '../login/one-time-token.js';
import { enqueueSecurityNotification } from '../mail/security-notification.js';
import { User } from './user.js';
import { isSameEmail, unverifiedEmail } from './verified-email.js';

/**
 * Marks an address of a locked account as verified. A pending address becomes the account's: tokens emailed to the
 * old one are revoked, and its owner gets a notice.
 * @param user the account as it was locked
 * @param isClaimed whether it was verified in a session of the account
 * @returns whether the email address of the account has changed, and whether an email was enqueued
 * @throws {AppError} email_taken when another account has verified the address (detected via the unique index)
 */
const verifyEmail = async (
  trx: Transaction,
  user: User,
  { isClaimed, now }: { isClaimed: boolean; now: Date },
): Promise<{ isChanged: boolean; isMailed: boolean }> => {
  const { id, pendingEmail } = user;
  const replacement = pendingEmail === null ? {} : { email: pendingEmail, pendingEmail: null };
  try {
    await User.query(trx)
      .findById(id)
      .patch({ emailVerified: true, emailClaimed: isClaimed, ...replacement });
  } catch (error) {
    if (violatedConstraint(error) === 'users_verified_email_key') throw new AppError('email_taken', { cause: error });
    throw error;
  }
  if (pendingEmail === null) return { isChanged: false, isMailed: false };
  await OneTimeToken.cancel(trx, id, ['password_reset', 'magic_link']);
  return { isChanged: true, isMailed: await enqueueSecurityNotification(trx, 'email_changed', user, now) };
};

/** A verification link that is used. */
export interface EmailVerification {
  readonly token: string;
  /** The account that the caller is logged in to, if any. */
  readonly callerId: string | undefined;
  readonly now: Date;
  readonly requestMetadata: RequestMetadata;
}

/**
 * Verifies the email address that a token was emailed to. A pending address replaces the current one. A caller who is
 * logged in to the account is known to own both; otherwise the first login link or password reset secures the account
 * (ADR 22).
 * @returns whether an email was enqueued
 * @throws {AppError} invalid_token, email_taken
 */
export const completeVerification = async (
  db: Database,
  { token, callerId, now, requestMetadata }: EmailVerification,
): Promise<boolean> => {
  const use = { purpose: 'email_verification', token, now } as const;
  const userId = (await db.read((reader) => OneTimeToken.findOpen(reader, use)))?.userId ?? null;
  if (userId === null) throw invalidLink('verification link');
  return db.transaction(async (trx) => {
    const user = await lockActiveAccount(trx, userId, now);
    const consumed = user && (await OneTimeToken.consume(trx, use));
    if (!consumed || !isSameEmail(unverifiedEmail(user), consumed.address)) throw invalidLink('verification link');
    const isClaimed = callerId === userId;
    const { isChanged, isMailed } = await verifyEmail(trx, user, { isClaimed, now });
    const actor = { actorId: userId, requestMetadata };
    const event = { subjectId: userId, details: { claimed: isClaimed } };
    await AuditEvent.record(trx, 'user.email_verified', actor, event);
    if (isChanged) await AuditEvent.record(trx, 'user.email_changed', actor, { subjectId: userId });
    return isMailed;
  });
};
