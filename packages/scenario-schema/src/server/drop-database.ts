import type pg from 'pg';
import { connect, withDatabase } from '../connection.js';
import { quoted } from '../names.js';

/** What keeps PostgreSQL from dropping a database. */
const blockersSql = `
  SELECT format('ALTER SUBSCRIPTION %1$I DISABLE; ALTER SUBSCRIPTION %1$I SET (slot_name = NONE); DROP SUBSCRIPTION %1$I', s.subname) AS undo
  FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()
  UNION ALL SELECT format('ROLLBACK PREPARED %L', p.gid) FROM pg_prepared_xacts p WHERE p.database = current_database()`;

const removeBlockers = async (base: pg.Client, url: string, name: string): Promise<void> => {
  await base.query(`ALTER DATABASE ${quoted(name)} WITH IS_TEMPLATE false ALLOW_CONNECTIONS true CONNECTION LIMIT -1`);
  const client = await connect(withDatabase(url, name), 'scenario-schema setup');
  try {
    const { rows } = await client.query<{ undo: string }>(blockersSql);
    for (const { undo } of rows) await client.query(undo);
  } finally {
    await client.end();
  }
};

/**
 * Drops a database of the kit, even if a scenario has left in it what PostgreSQL does not drop with a database: a subscription or a
 * prepared transaction.
 * @param url the server
 */
export const dropDatabase = async (base: pg.Client, url: string, name: string): Promise<void> => {
  const drop = `DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`;
  try {
    await base.query(drop);
  } catch {
    await removeBlockers(base, url, name);
    await base.query(drop);
  }
};
