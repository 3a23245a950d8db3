import type { Connection, Transaction } from '../../database/database.js';
import { AppError } from '../../errors/app-error.js';
import { isActiveSql } from '../accounts/account-status.js';
import { NIL_UUID } from '../base-model.js';

interface Found {
  readonly rows: readonly unknown[];
}

/**
 * The id of the role, as a constant: with it, the planner knows how few users have the role. With a join on the name, it
 * assumes an average role and reads a million accounts to find none.
 */
const adminRoleId = async (db: Connection): Promise<string> => {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(`SELECT id FROM roles WHERE name = 'admin'`);
  return rows[0]?.id ?? NIL_UUID;
};

/** Accounts `u` that hold the role `:role` and are not deleted. */
const adminAccounts = `
  SELECT 1 FROM user_roles ur JOIN users u ON u.id = ur.user_id WHERE ur.role_id = :role AND u.deleted_at IS NULL`;

/** Active accounts among them at `:now`; an account whose block has expired is active. */
const activeAdminAccounts = `${adminAccounts} AND ${isActiveSql()}`;

/** Whether an account that is not deleted has the role `admin`. */
export const hasAdmin = async (db: Connection): Promise<boolean> => {
  const found = await db.raw<Found>(`${adminAccounts} LIMIT 1`, { role: await adminRoleId(db) });
  return found.rows.length > 0;
};

/** Whether at least two accounts that are not deleted hold the role `admin`. */
export const hasSeveralAdmins = async (db: Connection): Promise<boolean> => {
  const found = await db.raw<Found>(`${adminAccounts} LIMIT 2`, { role: await adminRoleId(db) });
  return found.rows.length > 1;
};

/**
 * Blocks concurrent transactions that add the first administrator or remove the last one, until this one ends. Later
 * statements see what the others have committed.
 */
export const lockAdminRole = async (trx: Transaction): Promise<void> => {
  await trx.raw(`SELECT 1 FROM roles WHERE name = 'admin' FOR NO KEY UPDATE`);
};

/**
 * Throws if this is the last administrator who can log in. Call it in the transaction that deletes, blocks or erases the
 * account or removes its role, before that change, while the account's row is locked (FOR UPDATE).
 * The row of the role is locked until the end of the transaction, so concurrent changes cannot remove the last two;
 * it is the last lock that such a transaction takes.
 * @param now the wall time of the request
 * @throws {AppError} last_admin
 */
export const assertNotLastAdmin = async (trx: Transaction, userId: string, now: Date): Promise<void> => {
  const bindings = { role: await adminRoleId(trx), userId, now };
  const own = await trx.raw<Found>(`${activeAdminAccounts} AND u.id = :userId`, bindings);
  if (own.rows.length === 0) return;
  // NO KEY UPDATE does not block the foreign keys of concurrent assignments of the role.
  await trx.raw(`SELECT 1 FROM roles WHERE name = 'admin' FOR NO KEY UPDATE`);
  // A separate statement: it sees what was committed while this one waited for the lock.
  const others = await trx.raw<Found>(`${activeAdminAccounts} AND u.id <> :userId LIMIT 1`, bindings);
  if (others.rows.length === 0) throw new AppError('last_admin');
};
