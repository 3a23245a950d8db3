import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { expectCleanNeighbour, leaksOf, startPool } from './support/fixture.js';

/** A connection that is closed after the test. */
const connect = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url, application_name: 'other' });
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
};

describe('a lock on a table of the schema', () => {
  it.each([false, true])('is named, and its client is disconnected, with fresh: %s', async (fresh) => {
    // The sessions of other clients belong to a scenario only if they have its name, or hold something of its schema.
    const pool = await startPool({
      databasePerProcess: false,
      fresh,
      lastQuery: (schema) => `SELECT FROM ${schema}.orders`,
    });
    const lease = await pool.lease();
    const client = await connect(lease.databaseUrl);
    await client.query('BEGIN');
    await client.query(`LOCK TABLE ${lease.schema}.orders`);
    const ended = new Promise((resolve) => client.once('end', resolve));
    expect(await leaksOf(lease)).toEqual([
      `locks on table orders held by client "other" (last statement: LOCK TABLE ${lease.schema}.orders)`,
    ]);
    await ended;
    await expectCleanNeighbour(pool);
  });
});

describe('a lock outside of the schema', () => {
  it('is waited for', { timeout: 30_000 }, async () => {
    const pool = await startPool({ databasePerProcess: false });
    const lease = await pool.lease();
    await (await lease.pool()).query(`UPDATE products SET name = 'plum' WHERE name = 'apple'`);
    const client = await connect(lease.databaseUrl);
    await client.query('BEGIN');
    // The rows of the seed are copied from there.
    await client.query(`LOCK TABLE ${pool.blueprint.template}.products`);
    const returned = lease.return();
    await client.query('SELECT pg_sleep(1.5)');
    await client.query('COMMIT');
    await expect(returned).resolves.toEqual([]);
    await expectCleanNeighbour(pool);
  });
});

describe('a client that only reads a table of the schema', () => {
  it('is waited for, and not disconnected', { timeout: 30_000 }, async () => {
    const pool = await startPool({ databasePerProcess: false });
    const lease = await pool.lease();
    const client = await connect(lease.databaseUrl);
    await client.query('BEGIN');
    await client.query(`SELECT FROM ${lease.schema}.orders`);
    const dropped = lease.abandon();
    await client.query('SELECT pg_sleep(1.5)');
    await client.query('COMMIT');
    await expect(dropped).resolves.toBeNull();
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});
