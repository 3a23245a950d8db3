import { randomInt } from 'node:crypto';
import type { Connection, Transaction } from '../database/database.js';
import { violatedConstraint } from '../database/classify-error.js';
import { AppError } from '../errors/app-error.js';
import { enqueueSecurityNotification } from './security-notification.js';
import { OneTimeToken } from './one-time-token.js';
import { OutgoingMail } from './outgoing-mail.js';
import { canonical, User } from './user.js';

const usernameAlphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const usernameLetters = 10;

/**
 * The account whose owner has verified this address; one that only claims it is not found. Deleted and blocked ones are.
 */
export const findByVerifiedEmail = (db: Connection, address: string): Promise<User | undefined> =>
  User.query(db)
    .whereRaw('lower(email COLLATE "C") = ?', [canonical(address)])
    .where('email_verified', true)
    .first()
    .execute();

/** Whether two e-mail addresses are equal, regardless of case. */
export const isSameEmail = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && canonical(one) === canonical(other);

/** Whether a token made for an address still fits the account: its owner may have changed the address since. */
export const isEmailOf = (user: User, address: string | null): boolean => isSameEmail(user.email, address);

/** The address to be verified: the pending one, else the current one if it is unverified; null if there is none. */
export const unverifiedEmail = (user: User): string | null =>
  user.pendingEmail ?? (user.emailVerified ? null : user.email);

/**
 * Marks an address of a locked account as verified. A pending address becomes the account's: tokens mailed to the
 * old one are revoked, and its owner gets a notice.
 * @param user the account as it was locked
 * @param isClaimed whether it was verified in a session of the account
 * @returns whether the e-mail address of the account has changed, and whether a mail was enqueued
 * @throws {AppError} email_taken when another account has verified the address (detected via the unique index)
 */
export const verifyEmail = async (
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

/**
 * Makes an account without a password for somebody who has just proved to own an address. Its username is `user-` and
 * ten letters or digits.
 * @throws {AppError} email_taken, username_taken: another account was quicker
 */
export const registerByEmail = async (trx: Transaction, address: string): Promise<User> => {
  const letters = Array.from({ length: usernameLetters }, () => usernameAlphabet[randomInt(usernameAlphabet.length)]);
  const username = `user-${letters.join('')}`;
  const nothing = { passwordHash: null, description: null, currentGoal: null };
  try {
    return await User.register(trx, { username, email: address, emailVerified: true, ...nothing });
  } catch (error) {
    if (violatedConstraint(error) === 'users_verified_email_key') throw new AppError('email_taken', { cause: error });
    throw error;
  }
};

/**
 * Follows up on a change of an account's e-mail address, in the same transaction: revokes tokens mailed to the old address,
 * enqueues a verification link to the new one, and a notice to the owner of a verified old one.
 * @param before null for a new account
 * @param isRequested whether the request named an address; a pending one then gets another link
 * @returns whether the address has changed, whether another one is pending, and whether a mail was enqueued
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
  const isTold = before
    ? (isChanged && (await enqueueSecurityNotification(trx, 'email_changed', before, now))) ||
      (isPending && hasOtherPending && (await enqueueSecurityNotification(trx, 'email_change_requested', before, now)))
    : false;
  const address = isChanged || isPending ? unverifiedEmail(after) : null;
  if (address !== null) await OutgoingMail.enqueue(trx, { kind: 'email_verification', userId, address, now });
  return { isChanged, isPending, isMailed: isTold || address !== null };
};
