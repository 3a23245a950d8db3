import type { Connection, Transaction } from '../database/database.js';
import { NIL_UUID } from './base-model.js';
import { OneTimeToken } from './one-time-token.js';
import { Session } from './session.js';
import { User } from './user.js';

/**
 * Locks an account for a change of what opens it, until the transaction ends. Logins, refreshes and changes of the
 * profile wait meanwhile, so that none of them slips in between.
 * @returns undefined when the account may not log in: gone, deleted or blocked
 */
export const lockActiveAccount = async (trx: Transaction, id: string, now: Date): Promise<User | undefined> => {
  const user = await User.lock(trx, id);
  return user?.isActive(now) === true ? user : undefined;
};

/**
 * Gives a locked account a new password. Its sessions end, mailed secrets that are still open are void (OWASP ASVS 5.0,
 * 7.4.3), and a pending e-mail address is removed: whoever knew the old password may have entered it.
 * @param keptSessionId the session that stays; null ends all
 * @returns the ids of the sessions that have ended
 */
export const replacePassword = async (
  trx: Transaction,
  userId: string,
  { passwordHash, keptSessionId, now }: { passwordHash: string; keptSessionId: string | null; now: Date },
): Promise<string[]> => {
  await User.query(trx).findById(userId).patch({ passwordHash });
  const hadPending = await User.query(trx).findById(userId).whereNotNull('pending_email').patch({ pendingEmail: null });
  const links = ['password_reset', 'magic_link'] as const;
  await OneTimeToken.cancel(trx, userId, hadPending === 0 ? links : [...links, 'email_verification']);
  return Session.endOthers(trx, userId, keptSessionId ?? NIL_UUID, now);
};

/** Notes a login of a locked account that needed no password. */
export const recordLogin = async (trx: Transaction, userId: string, now: Date): Promise<User> => {
  await User.query(trx).findById(userId).patch({ lastLoginAt: now, lastSeenAt: now });
  return (await User.findAccount(trx, userId)) as User;
};

/** The cost in a stored hash, as two digits: `$2b$12$` begins the last 60 characters. Must match users_password_cost_idx. */
const passwordCost = `(substr(right(password_hash, 60), 5, 2) COLLATE "C")`;

/**
 * The highest bcrypt cost among the stored hashes, read from an index; 0 when there are none. Deleted accounts count,
 * since their hashes are compared like any other. Costs that are never verified (see `readStored`) do not count.
 */
export const highestPasswordCost = async (db: Connection): Promise<number> => {
  const { rows } = await db.raw<{ rows: { cost: string }[] }>(
    `SELECT ${passwordCost} AS cost FROM users WHERE ${passwordCost} BETWEEN '04' AND '16'
      ORDER BY ${passwordCost} DESC LIMIT 1`,
  );
  const cost = rows[0]?.cost ?? '';
  return /^\d\d$/.test(cost) ? Number(cost) : 0;
};
