import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { startTemporaryServer, type TemporaryServer } from 'embedded-postgres-server';
import { afterAll, beforeAll, expect, onTestFinished, vi } from 'vitest';
import { LeakError, markDatabase, SchemaPool, type Lease, type SchemaPoolOptions } from '../../src/index.js';
import { shop } from './fixture-migrations.js';

export { migrateWith, shop } from './fixture-migrations.js';

let server: TemporaryServer | undefined;
beforeAll(async () => {
  server = await startTemporaryServer({ env: process.env });
});
afterAll(async () => {
  await server?.stop();
});

/** URL of the server of this test file, as a superuser. Roles belong to a server, so files that run at once need one each. */
export const serverUrl = (): string => {
  assert(server);
  return server.url;
};

/** Runs statements on a new connection. */
export const execute = async <Row extends object = Record<string, unknown>>(
  url: string,
  sql: string,
): Promise<Row[]> => {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
};

/** A database on the server of the file. */
const newDatabase = async (
  isMarked: boolean,
): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> => {
  const name = `kit_${randomBytes(6).toString('hex')}`;
  await execute(serverUrl(), `CREATE DATABASE ${name} STRATEGY file_copy`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  if (isMarked) {
    const client = new pg.Client(url.href);
    await client.connect();
    await markDatabase(client, 'scenario_', () => undefined);
    await client.end();
  }
  const drop = async (): Promise<void> => {
    await execute(serverUrl(), `DROP DATABASE ${name} WITH (FORCE)`);
  };
  return { url: url.href, drop };
};

/** A database that is dropped after the test. */
export const createDatabase = async ({ isMarked = true } = {}): Promise<string> => {
  const { url, drop } = await newDatabase(isMarked);
  onTestFinished(drop);
  return url;
};

/**
 * Ends the time in which connections may still be closed after a few checks: each reading of the clock is 100 ms later. For
 * tests of what stays open.
 */
export const shortenSettling = (): void => {
  const now = performance.now.bind(performance);
  let addedMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now() + (addedMs += 100));
};

/** A pool on a new database; stopped after the test. */
export const startPool = async (options: Partial<SchemaPoolOptions> = {}): Promise<SchemaPool> => {
  const server = options.server ?? { url: await createDatabase() };
  const pool = await SchemaPool.start({ migrate: shop, log: () => undefined, env: {}, ...options, server });
  onTestFinished(() => pool.stop());
  return pool;
};

/** A pool for all tests of a file or of a `describe`. */
export const usePool = (options: Partial<SchemaPoolOptions> = {}): (() => SchemaPool) => {
  let pool: SchemaPool | undefined;
  beforeAll(async () => {
    const { url, drop } = await newDatabase(true);
    afterAll(async () => {
      await pool?.stop();
      await drop();
    });
    pool = await SchemaPool.start({ migrate: shop, log: () => undefined, env: {}, server: { url }, ...options });
  });
  return () => {
    assert(pool);
    return pool;
  };
};

/** Runs statements in a leased schema on a new connection. */
export const inLease = <Row extends object = Record<string, unknown>>(lease: Lease, sql: string): Promise<Row[]> =>
  execute<Row>(lease.url, sql);

/** What a lease reports as left behind. */
export const leaksOf = async (lease: Lease): Promise<string[]> => {
  const error: unknown = await lease.return().then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LeakError);
  return (error as LeakError).leaks.map(({ message }) => message);
};

/** Expects that the next scenario finds a working schema with the seed rows only. */
export const expectCleanNeighbour = async (pool: SchemaPool): Promise<void> => {
  const lease = await pool.lease({ title: 'neighbour' });
  const kept = await lease.pool();
  await kept.query(`INSERT INTO orders (product_id) SELECT id FROM products WHERE name = 'apple'`);
  const { rows } = await kept.query<{ id: number; name: string }>(
    'SELECT o.id, p.name FROM orders o JOIN products p ON p.id = o.product_id',
  );
  expect(rows).toEqual([{ id: 1, name: 'apple' }]);
  await lease.return();
};
