import { randomInt } from 'node:crypto';
import type { Connection, Transaction } from '../../database/database.js';
import { violatedConstraint } from '../../database/classify-error.js';
import { AppError } from '../../errors/app-error.js';
import { OneTimeToken } from '../login/one-time-token.js';
import { OutgoingMail } from '../mail/outgoing-mail.js';
import { enqueueSecurityNotification } from '../mail/security-notification.js';
import { canonical, User } from './user.js';

const usernameAlphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const usernameLetters = 10;

/**
 * The account whose owner has verified this address; an account with the unverified address is not found. Includes deleted
 * and blocked accounts.
 */
export const findByVerifiedEmail = (db: Connection, address: string): Promise<User | undefined> =>
  User.query(db)
    .whereRaw('lower(email COLLATE "C") = ?', [canonical(address)])
    .where('email_verified', true)
    .first()
    .execute();

/** Whether two email addresses are equal, ignoring case. */
export const isSameEmail = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && canonical(one) === canonical(other);

/** Whether a token for an address is still valid for the account: its owner may have changed the address since. */
export const isEmailOf = (user: User, address: string | null): boolean => isSameEmail(user.email, address);

/** The address to be verified: the pending one, else the current one if it is unverified; null if there is none. */
export const unverifiedEmail = (user: User): string | null =>
  user.pendingEmail ?? (user.emailVerified ? null : user.email);

/**
 * Creates an account without a password for someone who has just verified an email address. Its username is `user-` and ten
 * letters or digits.
 * @throws {AppError} email_taken, username_taken: a concurrent request was first
 */
export const registerByEmail = async (trx: Transaction, address: string): Promise<User> => {
  const letters = Array.from({ length: usernameLetters }, () => usernameAlphabet[randomInt(usernameAlphabet.length)]);
  const username = `user-${letters.join('')}`;
  const emptyProfile = { passwordHash: null, description: null, currentGoal: null };
  try {
    return await User.register(trx, { username, email: address, emailVerified: true, ...emptyProfile });
  } catch (error) {
    if (violatedConstraint(error) === 'users_verified_email_key') throw new AppError('email_taken', { cause: error });
    throw error;
  }
};

/**
 * Follows up on a change of an account's email address, in the same transaction: revokes tokens emailed to the old
 * address, enqueues a verification link to the new one, and a notice to the owner of a verified old one.
 * @param before null for a new account
 * @param isRequested whether the request named an address; a pending one then gets another link
 * @returns whether the address has changed, whether another one is pending, and whether an email was enqueued
 */
export const handleEmailChange = async (
  trx: Transaction,
  before: Pick<User, 'id' | 'email' | 'emailVerified' | 'pendingEmail'> | null,
  after: User,
  { now, isRequested = false }: { now: Date; isRequested?: boolean },
): Promise<{ isChanged: boolean; isPending: boolean; isMailed: boolean }> => {
  const { id: userId, email } = after;
  const isChanged = canonical(before?.email ?? '') !== canonical(email ?? '');
  const hasOtherPending = canonical(before?.pendingEmail ?? '') !== canonical(after.pendingEmail ?? '');
  const isPending = after.pendingEmail !== null && (isRequested || hasOtherPending);
  if (before && isChanged) {
    await OneTimeToken.cancel(trx, userId, ['password_reset', 'email_verification', 'magic_link']);
  } else if (hasOtherPending) await OneTimeToken.cancel(trx, userId, ['email_verification']);
  const isNotified = before
    ? (isChanged && (await enqueueSecurityNotification(trx, 'email_changed', before, now))) ||
      (isPending && hasOtherPending && (await enqueueSecurityNotification(trx, 'email_change_requested', before, now)))
    : false;
  const address = isChanged || isPending ? unverifiedEmail(after) : null;
  if (address !== null) await OutgoingMail.enqueue(trx, { kind: 'email_verification', userId, address, now });
  return { isChanged, isPending, isMailed: isNotified || address !== null };
};
