import type { Connection } from '../../database/database.js';
import { User } from './user.js';

/** Number of accounts per query. */
const batchRows = 1000;

/** The number of accounts that are not deleted. */
export const countUsers = async (db: Connection): Promise<number> => {
  const { rows } = await db.raw<{ rows: { count: number }[] }>(
    'SELECT count(*)::integer AS count FROM users WHERE deleted_at IS NULL',
  );
  return rows[0]?.count ?? 0;
};

/**
 * The accounts that are not deleted, with their roles, in the order of their ids: one batch of a walk by keyset.
 * @param after the last id of the batch before
 * @returns an empty batch at the end
 */
export const findExportBatch = (db: Connection, after: string): Promise<User[]> =>
  User.withRoles(db).whereNull('deleted_at').where('id', '>', after).orderBy('id').limit(batchRows).execute();
