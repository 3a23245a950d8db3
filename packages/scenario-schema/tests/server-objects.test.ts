import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedServer, startTemporaryServer, type EmbeddedServer } from 'embedded-postgres-server';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { markDatabase, type SchemaPoolOptions } from '../src/index.js';
import { databasePrefix, defaultPrefix } from '../src/names.js';
import { execute, expectCleanNeighbour, inLease, leaksOf, startPool } from './support/fixture.js';

const mark = async (url: string): Promise<void> => {
  const client = new pg.Client(url);
  await client.connect();
  await markDatabase(client, defaultPrefix, () => undefined);
  await client.end();
};

let dataDir: string;
let server: EmbeddedServer;
let options: Partial<SchemaPoolOptions>;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'scenario-schema-'));
  const settings = { max_prepared_transactions: '5', fsync: 'off' };
  server = await startEmbeddedServer({ dataDir, databaseName: 'scenarios', env: process.env, settings });
  await mark(server.url);
  options = { server: { url: server.url } };
});
afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

describe('a server with prepared transactions and replication', () => {
  it.each([{ fresh: false }, { fresh: true }])('a prepared transaction is named and rolled back, %o', async (mode) => {
    const pool = await startPool({ ...options, ...mode });
    const lease = await pool.lease();
    await inLease(
      lease,
      `BEGIN; UPDATE products SET name = 'plum' WHERE name = 'pear'; LOCK TABLE orders; PREPARE TRANSACTION 'order.1 of 2'`,
    );
    expect(await leaksOf(lease)).toEqual(['prepared transaction order.1 of 2 created']);
    await expectCleanNeighbour(pool);
  });

  it('a replication slot is named if a statement of the process has created it, and dropped', async () => {
    const pool = await startPool(options);
    const lease = await pool.lease();
    await (await lease.pool()).query(`SELECT pg_create_physical_replication_slot('standby')`);
    expect(await leaksOf(lease)).toEqual(['replication slot standby created']);
    expect(await execute(server.url, 'SELECT FROM pg_replication_slots')).toEqual([]);
  });

  it('the database of a killed run is dropped, although PostgreSQL refuses it at first', async () => {
    const base = new URL(server.url).pathname.slice(1);
    const name = `${databasePrefix(defaultPrefix, base)}00000000_w1`;
    await execute(server.url, `CREATE DATABASE ${name}`);
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    await execute(url.href, `CREATE SUBSCRIPTION s CONNECTION 'host=::1 port=1' PUBLICATION s WITH (connect = false)`);
    await execute(url.href, `BEGIN; CREATE TABLE t (id int); PREPARE TRANSACTION 'stuck'`);
    await execute(server.url, `ALTER DATABASE ${name} IS_TEMPLATE true`);
    await startPool(options);
    expect(await execute(server.url, `SELECT FROM pg_database WHERE datname = '${name}'`)).toEqual([]);
  });
});

it('the options of a membership are restored (PostgreSQL 16 or newer)', async () => {
  // Without a PATH, it is the PostgreSQL of the npm package.
  const newest = await startTemporaryServer({ env: { PATH: '' } });
  onTestFinished(() => newest.stop());
  await execute(newest.url, 'COMMENT ON DATABASE postgres IS NULL');
  await mark(newest.url);
  await execute(newest.url, 'CREATE ROLE readers; CREATE ROLE writers; GRANT readers TO writers');
  const read = (): Promise<unknown[]> =>
    execute(newest.url, `SELECT to_jsonb(m) AS membership FROM pg_auth_members m WHERE roleid = 'readers'::regrole`);
  const before = await read();
  const pool = await startPool({ server: { url: newest.url } });
  for (const option of ['ADMIN TRUE', 'INHERIT FALSE', 'SET FALSE']) {
    const lease = await pool.lease();
    await inLease(lease, `GRANT readers TO writers WITH ${option}`);
    expect(await leaksOf(lease)).toEqual(['membership of writers in readers changed']);
    expect(await read()).toEqual(before);
  }
});
