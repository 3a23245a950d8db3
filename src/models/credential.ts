import type { Transaction } from '../database/database.js';
import { nobody } from './base-model.js';
import { OneTimeToken } from './one-time-token.js';
import { Session } from './session.js';
import { User } from './user.js';

/**
 * Locks an account for a change of what opens it, until the transaction ends. Logins, refreshes and changes of the
 * profile wait meanwhile, so that none of them slips in between.
 * @returns undefined when the account may not log in: gone, deleted or blocked
 */
export const lockActiveAccount = async (trx: Transaction, id: string, now: Date): Promise<User | undefined> => {
  const user = await User.query(trx).findById(id).forUpdate();
  return user?.isActive(now) === true ? user : undefined;
};

/**
 * Gives a locked account a new password. Its sessions end, and the mailed secrets that are still open are void
 * (OWASP ASVS 5.0, 7.4.3).
 * @param keptSessionId the session that stays; null ends all
 * @returns the ids of the sessions that have ended
 */
export const replacePassword = async (
  trx: Transaction,
  userId: string,
  { passwordHash, keptSessionId, now }: { passwordHash: string; keptSessionId: string | null; now: Date },
): Promise<string[]> => {
  await User.query(trx).findById(userId).patch({ passwordHash });
  await OneTimeToken.cancel(trx, userId, ['password_reset', 'magic_link']);
  return Session.endOthers(trx, userId, keptSessionId ?? nobody, now);
};

/** Notes a login of a locked account that needed no password. */
export const noteLogin = async (trx: Transaction, userId: string, now: Date): Promise<User> => {
  await User.query(trx).findById(userId).patch({ lastLoginAt: now });
  return (await User.findAccount(trx, userId)) as User;
};
