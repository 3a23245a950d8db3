import type pg from 'pg';
import { connect, withDatabase } from '../connection.js';
import { undroppableItemsSql } from '../database-objects.js';
import { quoted } from '../names.js';

/** SQL that lists the statements that remove what keeps PostgreSQL from dropping a database. */
const blockersSql = `SELECT undo FROM (${undroppableItemsSql.join('\nUNION ALL ')}) AS i(kind, name, version, undo, redo)`;

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
 * @throws the error of DROP DATABASE
 */
export const dropDatabase = async (base: pg.Client, url: string, name: string): Promise<void> => {
  const drop = `DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`;
  try {
    await base.query(drop);
  } catch (error) {
    await removeBlockers(base, url, name).catch(() => {
      throw error;
    });
    await base.query(drop);
  }
};
