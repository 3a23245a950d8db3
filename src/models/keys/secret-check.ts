import type { Connection, Transaction } from '../../database/database.js';

/** A secret that is recognised by a keyed hash of it. */
export type CheckedSecret = 'pepper' | 'encryption_key';

/** Whether the table exists. It is created by the migrations of this release. */
export const hasSecretChecks = async (db: Connection): Promise<boolean> => {
  const { rows } = await db.raw<{ rows: { found: boolean }[] }>(
    `SELECT to_regclass('secret_checks') IS NOT NULL AS found`,
  );
  return rows[0]?.found === true;
};

/** The recorded hashes of secrets. */
export const findSecretChecks = async (db: Connection): Promise<ReadonlyMap<CheckedSecret, Buffer>> => {
  const { rows } = await db.raw<{ rows: { name: CheckedSecret; value: Buffer }[] }>(
    'SELECT name, value FROM secret_checks',
  );
  return new Map(rows.map(({ name, value }) => [name, value]));
};

/** Records the hash of a secret, unless one is recorded already. Returns whether it was recorded. */
export const recordSecretCheck = async (db: Connection, name: CheckedSecret, value: Buffer): Promise<boolean> => {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    'INSERT INTO secret_checks (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING name',
    [name, value],
  );
  return rows.length > 0;
};

/** Replaces the recorded hash of a secret, unless another instance has replaced it since it was read. */
export const replaceSecretCheck = async (
  db: Connection,
  name: CheckedSecret,
  { from, to }: { readonly from: Buffer; readonly to: Buffer },
): Promise<void> => {
  await db.raw('UPDATE secret_checks SET value = :to WHERE name = :name AND value = :from', { name, from, to });
};

/** A hash in the form of this service begins with `rc1$` and the id of its pepper. */
const pepperIds = `FROM users WHERE password_hash LIKE 'rc1$%' AND substr(password_hash, 5, 2) <> '-$'`;

/**
 * Whether the stored password hashes use one of these peppers: `yes` if at least one does, `no` if all use
 * others, `unknown` if no stored hash names a pepper. This may read the whole table, so it has no time limit.
 * @param ids ids of peppers, see `pepperId`
 */
export const areHashesUnder = async (trx: Transaction, ids: readonly string[]): Promise<'yes' | 'no' | 'unknown'> => {
  await trx.raw('SET LOCAL statement_timeout = 0');
  const { rows } = await trx.raw<{ rows: [{ readonly answer: 'yes' | 'no' | 'unknown' }] }>(
    `SELECT CASE WHEN EXISTS (SELECT ${pepperIds} AND substr(password_hash, 5, 12) = ANY(:ids)) THEN 'yes'
      WHEN EXISTS (SELECT ${pepperIds}) THEN 'no' ELSE 'unknown' END AS answer`,
    { ids: [...ids] },
  );
  return rows[0].answer;
};
