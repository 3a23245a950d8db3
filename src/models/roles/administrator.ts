import type { Connection, Transaction } from '../../database/database.js';
import { AppError } from '../../errors/app-error.js';
import { isActiveSql } from '../accounts/account-status.js';
import { NIL_UUID } from '../base-model.js';

interface Found {
  readonly rows: readonly unknown[];
}

/**
 * The role by its id: a constant, of which the planner knows how few hold it. By its name it takes the role for one that
 * everybody has, and reads a million accounts to find none.
 */
const adminRoleId = async (db: Connection): Promise<string> => {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(`SELECT id FROM roles WHERE name = 'admin'`);
  return rows[0]?.id ?? NIL_UUID;
};

/** Accounts `u` that hold the role `:role` and are not deleted. */
const adminAccounts = `
  SELECT 1 FROM user_roles ur JOIN users u ON u.id = ur.user_id WHERE ur.role_id = :role AND u.deleted_at IS NULL`;

/** Those of them that may log in at `:now`; a block ends by itself when its time is over. */
const activeAdminAccounts = `${adminAccounts} AND ${isActiveSql()}`;

/** Whether anyone holds the role `admin` on a live account. */
export const hasAdmin = async (db: Connection): Promise<boolean> => {
  const found = await db.raw<Found>(`${adminAccounts} LIMIT 1`, { role: await adminRoleId(db) });
  return found.rows.length > 0;
};

/**
 * Blocks concurrent transactions that add the first administrator or remove the last one, until this one ends. Later
 * statements see what those have committed.
 */
export const lockAdminRole = async (trx: Transaction): Promise<void> => {
  await trx.raw(`SELECT 1 FROM roles WHERE name = 'admin' FOR NO KEY UPDATE`);
};

/**
 * Refuses to take away the last administrator who can log in. Call it in the transaction that deletes, blocks or erases
 * the account or takes its role, before that change, while the account's row is locked (FOR UPDATE).
 * The row of the role is locked until the end of the transaction, so of two administrators who go at once, one stays;
 * it is the last lock that such a transaction takes.
 * @param now the wall time of the request
 * @throws {AppError} last_admin
 */
export const assertNotLastAdmin = async (trx: Transaction, userId: string, now: Date): Promise<void> => {
  const terms = { role: await adminRoleId(trx), userId, now };
  const own = await trx.raw<Found>(`${activeAdminAccounts} AND u.id = :userId`, terms);
  if (own.rows.length === 0) return;
  // NO KEY UPDATE does not block the foreign keys of concurrent assignments of the role.
  await trx.raw(`SELECT 1 FROM roles WHERE name = 'admin' FOR NO KEY UPDATE`);
  // A separate statement: it sees what was committed while this one waited for the lock.
  const others = await trx.raw<Found>(`${activeAdminAccounts} AND u.id <> :userId LIMIT 1`, terms);
  if (others.rows.length === 0) throw new AppError('last_admin');
};
