import type { Transaction } from '../database/database.js';
import { AppError } from '../errors/app-error.js';

interface Found {
  readonly rows: readonly unknown[];
}

/** Accounts `u` that hold the role `admin` and may log in at `:now`; a block ends by itself when its time is over. */
const activeAdmins = `
  SELECT 1 FROM users u JOIN user_roles ur ON ur.user_id = u.id JOIN roles r ON r.id = ur.role_id
  WHERE r.name = 'admin' AND u.deleted_at IS NULL AND (u.status = 'active' OR u.blocked_until <= :now)`;

/**
 * Refuses to take away the last administrator who can log in. Call it in the transaction that deletes, blocks or erases
 * the account or takes its role, before that change, while the account's row is locked (FOR UPDATE).
 * The row of the role is locked until the end of the transaction, so of two administrators who go at once, one stays;
 * it is the last lock that such a transaction takes.
 * @param now the wall time of the request
 * @throws {AppError} last_admin
 */
export const assertNotLastAdmin = async (trx: Transaction, userId: string, now: Date): Promise<void> => {
  const own = await trx.raw<Found>(`${activeAdmins} AND u.id = :userId`, { userId, now });
  if (own.rows.length === 0) return;
  // NO KEY UPDATE leaves room for the foreign keys of those who are given the role meanwhile.
  await trx.raw(`SELECT 1 FROM roles WHERE name = 'admin' FOR NO KEY UPDATE`);
  // A statement of its own: it sees what was committed while the lock was waited for.
  const others = await trx.raw<Found>(`${activeAdmins} AND u.id <> :userId LIMIT 1`, { userId, now });
  if (others.rows.length === 0) throw new AppError('last_admin');
};
