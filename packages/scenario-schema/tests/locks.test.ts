import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { KeptSchema, SchemaPoolOptions } from '../src/index.js';
import { createDatabase, execute, expectCleanNeighbour, leaksOf, serverUrl, startPool } from './support/fixture.js';

/** A connection that is closed after the test. */
const connect = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url, application_name: 'other' });
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
};

describe('a lock on a table of the schema', () => {
  it.each([
    { fresh: false, mode: 'ACCESS EXCLUSIVE' },
    { fresh: true, mode: 'ACCESS EXCLUSIVE' },
    // The table is empty, so there is nothing to delete that would have to wait.
    { fresh: false, mode: 'SHARE' },
  ])('is named, and its client is disconnected: $mode, fresh: $fresh', async ({ fresh, mode }) => {
    // The sessions of other clients belong to a scenario only if they have its name, or hold something of its schema.
    const pool = await startPool({
      databasePerProcess: false,
      fresh,
      lastQuery: (schema) => `SELECT FROM ${schema}.orders`,
    });
    const lease = await pool.lease();
    const client = await connect(lease.databaseUrl);
    await client.query('BEGIN');
    await client.query(`LOCK TABLE ${lease.schema}.orders IN ${mode} MODE`);
    const ended = new Promise((resolve) => client.once('end', resolve));
    expect(await leaksOf(lease)).toEqual([
      `locks on table orders held by client "other" (last statement: LOCK TABLE ${lease.schema}.orders IN ${mode} MODE)`,
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

describe('a schema that an earlier run kept', () => {
  const keepSchema = async (options: Partial<SchemaPoolOptions>): Promise<KeptSchema> => {
    const pool = await startPool({ ...options, keepFailed: true });
    const kept = await (await pool.lease()).abandon();
    assert(kept);
    await pool.stop();
    return kept;
  };

  it('is dropped by the next run, although a client has an open transaction in it', async () => {
    const url = await createDatabase();
    const options = { server: { url }, databasePerProcess: false };
    const kept = await keepSchema(options);
    const client = await connect(kept.url);
    await client.query('BEGIN');
    await client.query('SELECT FROM orders');
    const ended = new Promise((resolve) => client.once('end', resolve));
    await startPool(options);
    await ended;
    expect(await execute(url, `SELECT nspname FROM pg_namespace WHERE nspname = '${kept.schema}'`)).toEqual([]);
  });

  it('is named, if a client of another role has an open transaction in it', { timeout: 60_000 }, async () => {
    const url = await createDatabase();
    const options = { server: { url }, databasePerProcess: false };
    const kept = await keepSchema(options);
    const role = `reader_${randomBytes(4).toString('hex')}`;
    await execute(serverUrl(), `CREATE ROLE ${role} SUPERUSER LOGIN PASSWORD 'secret'`);
    onTestFinished(() => execute(serverUrl(), `DROP ROLE ${role}`).then(() => undefined));
    const other = new URL(kept.url);
    [other.username, other.password] = [role, 'secret'];
    const client = await connect(other.href);
    await client.query('BEGIN');
    await client.query('SELECT FROM orders');
    await expect(startPool(options)).rejects.toThrow(
      `the schema ${kept.schema} of an earlier run cannot be dropped: another client holds locks on its tables`,
    );
    await client.query('COMMIT');
    await startPool(options);
    expect(await execute(url, `SELECT nspname FROM pg_namespace WHERE nspname = '${kept.schema}'`)).toEqual([]);
  });
});
