import pg from 'pg';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SchemaPool } from '../src/index.js';
import {
  expectCleanNeighbour,
  leaksOf,
  migrateWith,
  shop,
  shortenSettling,
  startPool,
  usePool,
} from './support/fixture.js';

const kept = ' in a session that stays open';

/** Runs a query on the kept connection of a pool, which an earlier lease has used. */
const onInspectedSession = async (pool: SchemaPool, query: string | pg.Submittable): Promise<string[]> => {
  await expectCleanNeighbour(pool);
  const lease = await pool.lease();
  const client = await (await lease.pool()).connect();
  if (typeof query === 'string') await client.query(query);
  else {
    client.query(query);
    await client.query('SELECT 1');
  }
  client.release();
  return leaksOf(lease);
};

describe('a session that was inspected', () => {
  const pool = usePool();
  beforeEach(shortenSettling);

  it.each([
    'SELECT 1; SET statement_timeout = 7000',
    `SELECT set_config('statement_timeout', '7000', false)`,
    `/* SELECT */ SET statement_timeout = 7000`,
    `WITH c AS (SELECT 7000::text AS value) SELECT pg_catalog.set_config('statement_timeout', value, false) FROM c`,
    `UPDATE pg_settings SET setting = '7000' WHERE name = 'statement_timeout'`,
    `DO $$ BEGIN PERFORM set_config('statement_timeout', '7000', false); END $$`,
    new pg.Query('SET statement_timeout = 7000'),
  ])('is inspected again after %s', async (query) => {
    expect(await onInspectedSession(pool(), query)).toEqual([`SET statement_timeout = 7000${kept}`]);
    await expectCleanNeighbour(pool());
  });

  it('is inspected again after SELECT INTO a temporary table', async () => {
    expect(await onInspectedSession(pool(), 'SELECT 1 AS id INTO TEMP orders')).toEqual([
      `temporary table orders${kept}`,
    ]);
    await expectCleanNeighbour(pool());
  });

  it('is not inspected again after statements that cannot change its state', async () => {
    let inspections = 0;
    let client: pg.Client | undefined;
    const useClient = async (): Promise<void> => {
      const lease = await pool().lease();
      client = await lease.keep('client', async () => {
        const value = new pg.Client(lease.pgConfig());
        // The server is stopped after the tests.
        value.on('error', () => undefined);
        await value.connect();
        const query = async (sql: string): Promise<pg.QueryResult> => {
          inspections++;
          return value.query(sql);
        };
        return {
          value,
          sessions: () => Promise.resolve([{ client: value, query, release: () => undefined }]),
          close: () => value.end(),
        };
      });
      await client.query('BEGIN');
      await client.query(`SET LOCAL statement_timeout = '1s'`);
      await client.query('INSERT INTO orders (product_id) VALUES ($1)', [1]);
      await client.query('COMMIT');
      await lease.return();
    };
    await useClient();
    const first = inspections;
    await useClient();
    await useClient();
    expect(inspections).toBe(first);
  });
});

describe('a function of the migrations', () => {
  it.each([
    ['plpgsql', `BEGIN PERFORM set_config('statement_timeout', '7000', false); END`],
    ['plpgsql', `BEGIN SET statement_timeout = 7000; END`],
    ['plpgsql', `BEGIN EXECUTE 'SET statement_timeout = 7000'; END`],
    ['plpgsql', `DECLARE name text := 'statement_timeout'; BEGIN EXECUTE concat('SE', 'T ', name, ' = 7000'); END`],
    ['plpgsql', `BEGIN -- hurry\n SET statement_timeout = 7000; END`],
    ['sql', `SELECT set_config('statement_timeout', '7000', false); SELECT NULL`],
  ])('may change the state of a session: %s %s', async (language, body) => {
    const create = migrateWith(`CREATE FUNCTION hurry() RETURNS void LANGUAGE ${language} AS $body$ ${body} $body$`);
    const pool = await startPool({
      migrate: async (url) => {
        await shop(url);
        await create(url);
      },
    });
    expect(await onInspectedSession(pool, 'SELECT hurry()')).toEqual([`SET statement_timeout = 7000${kept}`]);
  });
});
