import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SchemaPool } from '../src/index.js';
import {
  createDatabase,
  execute,
  expectCleanNeighbour,
  inLease,
  leaksOf,
  serverUrl,
  shop,
  startPool,
} from './support/fixture.js';

/** Changes something that cannot be restored, so that the next lease is in a new database. */
const damage = async (pool: SchemaPool): Promise<string> => {
  const lease = await pool.lease();
  await inLease(lease, 'ALTER FUNCTION pg_catalog.md5(text) COST 77');
  expect(await leaksOf(lease)).toHaveLength(1);
  return lease.databaseUrl;
};

/** Renames the template, so that it cannot be copied. Returns a function that undoes it. */
const hideTemplate = async (pool: SchemaPool): Promise<() => Promise<void>> => {
  const { templateDatabase } = pool.blueprint;
  const hidden = `hidden_${randomBytes(4).toString('hex')}`;
  const rename = async (from: string, to: string): Promise<void> => {
    await execute(serverUrl(), `ALTER DATABASE ${from} RENAME TO ${to}`);
  };
  await rename(String(templateDatabase), hidden);
  return () => rename(hidden, String(templateDatabase));
};

describe('a new copy of the database', () => {
  it('that cannot be created is created for the next lease', async () => {
    const pool = await startPool();
    const url = await damage(pool);
    const showTemplate = await hideTemplate(pool);
    await expect(pool.lease()).rejects.toThrow(/template database .* does not exist/);
    await expect(pool.lease()).rejects.toThrow(/template database .* does not exist/);
    await showTemplate();
    await expectCleanNeighbour(pool);
    expect(await execute(url, `SELECT procost FROM pg_proc WHERE oid = 'md5(text)'::regprocedure`)).toEqual([
      { procost: 1 },
    ]);
  });

  it('that cannot be created does not keep the run from ending', async () => {
    const pool = await startPool();
    await damage(pool);
    const showTemplate = await hideTemplate(pool);
    await expect(pool.lease()).rejects.toThrow(/template database .* does not exist/);
    await showTemplate();
    await pool.stop();
    const own = `SELECT datname FROM pg_database WHERE datname LIKE 'scenario\\_%'`;
    expect(await execute(serverUrl(), own)).toEqual([]);
  });

  it('ends connections to the old one without an error of a client that has no listener', async () => {
    const pool = await startPool();
    const client = new pg.Client(await damage(pool));
    await client.connect();
    await expectCleanNeighbour(pool);
    await expect(client.query('SELECT 1')).rejects.toThrow();
  });
});

describe('a return that fails', () => {
  it('does not keep the run from ending, nor the connections open', async () => {
    const url = await createDatabase();
    const pool = await SchemaPool.start({
      migrate: shop,
      log: () => undefined,
      env: {},
      server: { url },
      databasePerProcess: false,
    });
    onTestFinished(() => pool.stop().catch(() => undefined));
    const [idle, lease] = [await pool.lease(), await pool.lease()];
    const kept = [await idle.pool(), await lease.pool()];
    await idle.return();
    await kept[1]?.query('ALTER LANGUAGE plpgsql RENAME TO leak');
    await expect(lease.return()).rejects.toThrow();
    expect(kept[1]?.ended).toBe(true);
    await expect(pool.stop()).rejects.toThrow('language "plpgsql" does not exist');
    expect(kept.map(({ ended }) => ended)).toEqual([true, true]);
    const left = `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'scenario\\_%' UNION ALL
      SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    expect(await execute(url, left)).toEqual([]);
  });
});
