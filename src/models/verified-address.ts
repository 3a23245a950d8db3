import { randomInt } from 'node:crypto';
import type { Connection, Transaction } from '../database/database.js';
import { violatedConstraint } from '../database/faults.js';
import { AppError } from '../errors/app-error.js';
import { OneTimeToken } from './one-time-token.js';
import { OutgoingMail } from './outgoing-mail.js';
import { canonical, User } from './user.js';

const usernameAlphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const usernameLetters = 10;

/**
 * What the attempts on a submitted login name are counted under: the username of the account that has verified it as
 * its address, else the name itself. One query with one row, whether or not there is such an account.
 */
export const countedAccount = async (db: Connection, name: string): Promise<string> => {
  const value = canonical(name.normalize('NFC'));
  const { rows } = await db.raw<{ rows: { account: string }[] }>(
    `SELECT coalesce(
        (SELECT lower(username COLLATE "C") FROM users WHERE lower(email COLLATE "C") = :value AND email_verified),
        :value
      ) AS account`,
    { value },
  );
  return rows[0]?.account ?? value;
};

/**
 * The account whose owner has verified this address; one that only claims it is not found. Deleted and blocked ones are.
 */
export const findByVerifiedAddress = (db: Connection, address: string): Promise<User | undefined> =>
  User.query(db)
    .whereRaw('lower(email COLLATE "C") = ?', [canonical(address)])
    .where('email_verified', true)
    .first()
    .execute();

/** Whether a token made for an address still fits the account: its owner may have changed the address since. */
export const isAddressOf = (user: User, address: string | null): boolean =>
  user.email !== null && address !== null && canonical(user.email) === canonical(address);

/**
 * Notes that the address of a locked account is its owner's.
 * @throws {AppError} email_taken when another account has verified it meanwhile: told by the unique index
 */
export const verifyAddress = async (trx: Transaction, userId: string): Promise<void> => {
  try {
    await User.query(trx).findById(userId).patch({ emailVerified: true });
  } catch (error) {
    if (violatedConstraint(error) === 'users_verified_email_key') throw new AppError('email_taken', { cause: error });
    throw error;
  }
};

/**
 * Makes an account without a password for somebody who has just proved to own an address. Its username is `user-` and
 * ten letters or digits.
 * @throws {AppError} email_taken, username_taken: another account was quicker
 */
export const registerByAddress = async (trx: Transaction, address: string): Promise<User> => {
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
 * Follows a change of an account's address in the transaction of the change: secrets mailed to the old one are void, and
 * the new one is asked for proof.
 * @param before null for a new account
 * @returns whether a mail was put into the outbox
 */
export const followAddress = async (
  trx: Transaction,
  before: Pick<User, 'email'> | null,
  after: User,
  now: Date,
): Promise<boolean> => {
  const { id: userId, email: address } = after;
  if (canonical(before?.email ?? '') === canonical(address ?? '')) return false;
  if (before !== null) await OneTimeToken.cancel(trx, userId, ['password_reset', 'email_verification', 'magic_link']);
  if (address === null || after.emailVerified) return false;
  await OutgoingMail.enqueue(trx, { kind: 'email_verification', userId, address, now });
  return true;
};
