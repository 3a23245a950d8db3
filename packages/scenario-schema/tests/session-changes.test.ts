import pg from 'pg';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SchemaPool } from '../src/index.js';
import {
  expectCleanNeighbour,
  inLease,
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
    `SELECT "set_config"('statement_timeout', '7000', false)`,
    `SELECT query_to_xml('SELECT set' || '_config(''statement_timeout'', ''7000'', false)', true, true, '')`,
    new pg.Query('SET statement_timeout = 7000'),
  ])('is inspected again after %s', async (query) => {
    expect(await onInspectedSession(pool(), query)).toEqual([`SET statement_timeout = 7s${kept}`]);
    await expectCleanNeighbour(pool());
  });

  it.each([
    'SELECT pg_advisory_lock(7)',
    'SELECT pg_try_advisory_lock_shared(7)',
    'SELECT pg_catalog."pg_advisory_lock"(7)',
    `SELECT query_to_xml('SELECT pg_adv' || 'isory_lock(7)', true, true, '')`,
    'DO $$ BEGIN PERFORM pg_advisory_lock(7); END $$',
    new pg.Query('SELECT query_to_xml($1, true, true, $2)', ['SELECT pg_advisory_lock(7)', '']),
    new pg.Query('SELECT pg_advisory_lock(7)'),
  ])('is searched for advisory locks after %s', async (query) => {
    expect(await onInspectedSession(pool(), query)).toEqual([
      expect.stringMatching(/^advisory lock 7 held by client/) as unknown,
    ]);
    await expectCleanNeighbour(pool());
  });

  it('is inspected again after another client has created and dropped the function that it calls', async () => {
    await expectCleanNeighbour(pool());
    const lease = await pool().lease();
    const connections = await lease.pool();
    await inLease(
      lease,
      `CREATE FUNCTION hurry() RETURNS text LANGUAGE sql AS 'SELECT set_config(''work_mem'', ''7MB'', false)'`,
    );
    await connections.query('SELECT hurry()');
    await inLease(lease, 'DROP FUNCTION hurry()');
    expect(await leaksOf(lease)).toEqual([`SET work_mem = 7MB${kept}`]);
    await expectCleanNeighbour(pool());
  });

  it.each([
    ['app.tenant', 'SET app.tenant = 7', []],
    ['app.jwt.claim.sub', 'SET app.jwt.claim.sub = 7', []],
    ['app.tenant', 'SELECT set_config($1, $2, false)', ['app.tenant', '7']],
    ['app.tenant', `DO $$ BEGIN PERFORM set_config('app.tenant', '7', false); END $$`, []],
  ])('is inspected for the custom setting %s, which PostgreSQL does not list: %s', async (name, sql, values) => {
    const lease = await pool().lease();
    await (await lease.pool()).query(sql, values);
    expect(await leaksOf(lease)).toEqual([`SET ${name} = 7${kept}`]);
    await expectCleanNeighbour(pool());
  });

  it('may have a custom setting by default, or for a transaction', async () => {
    const lease = await pool().lease();
    const client = new pg.Client({ ...lease.pgConfig(), options: `${lease.pgConfig().options} -c app.tenant=1` });
    await client.connect();
    await lease.keep('tenant', async () => ({
      value: client,
      sessions: () => Promise.resolve([{ client, query: (sql) => client.query(sql), release: () => undefined }]),
      close: () => client.end(),
    }));
    await client.query(`BEGIN; SELECT set_config('app.tenant', '2', true); COMMIT`);
    await client.query('SET app.tenant = 3; RESET app.tenant');
    await lease.return();
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
    expect(await onInspectedSession(pool, 'SELECT hurry()')).toEqual([`SET statement_timeout = 7s${kept}`]);
  });
});

describe('a function of the migrations that takes an advisory lock', () => {
  const plpgsql = (body: string): string =>
    `CREATE FUNCTION reserve(sql text DEFAULT 'SELECT pg_advisory_' || 'lock(7)') RETURNS void LANGUAGE plpgsql AS $body$ BEGIN ${body}; END $body$`;

  it.each([
    [plpgsql('PERFORM pg_advisory_lock(7)')],
    [plpgsql('PERFORM pg_try_advisory_lock(7)')],
    [plpgsql('PERFORM pg_advisory_lock_shared(7)')],
    [plpgsql('EXECUTE(sql)')],
    [
      `CREATE FUNCTION reserve(lock boolean DEFAULT pg_try_advisory_lock(7)) RETURNS boolean LANGUAGE sql AS 'SELECT lock'`,
    ],
    [
      `CREATE FUNCTION raw(bigint) RETURNS void LANGUAGE internal AS 'pg_advisory_lock_int8';
       CREATE FUNCTION reserve() RETURNS void LANGUAGE sql AS 'SELECT raw(7)'`,
    ],
  ])('is named: %s', async (sql) => {
    const create = migrateWith(sql);
    const pool = await startPool({
      migrate: async (url) => {
        await shop(url);
        await create(url);
      },
    });
    expect(await onInspectedSession(pool, 'SELECT reserve()')).toEqual([
      expect.stringMatching(/^advisory lock 7 held by client/) as unknown,
    ]);
  });
});

describe('an expression of the migrations', () => {
  const setting = `set_config('app.tenant', '7', false)`;

  it.each([
    [
      'a function with a body in standard SQL',
      `CREATE FUNCTION hurry() RETURNS text BEGIN ATOMIC SELECT ${setting}; END`,
      'SELECT hurry()',
    ],
    ['a view', `CREATE VIEW hurry AS SELECT ${setting}`, 'SELECT * FROM hurry'],
    ['a default', `ALTER TABLE orders ALTER note SET DEFAULT ${setting}`, 'INSERT INTO orders (product_id) VALUES (1)'],
    ['a check', `ALTER TABLE orders ADD CHECK (${setting} <> '')`, 'INSERT INTO orders (product_id) VALUES (1)'],
    [
      'a rule',
      `CREATE RULE hurry AS ON INSERT TO orders DO ALSO SELECT ${setting}`,
      'INSERT INTO orders (product_id) VALUES (1)',
    ],
    [
      'a condition of a trigger',
      `CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
       CREATE TRIGGER hurry BEFORE INSERT ON orders FOR EACH ROW WHEN (${setting} <> '') EXECUTE FUNCTION nothing()`,
      'INSERT INTO orders (product_id) VALUES (1)',
    ],
    [
      'a policy',
      `CREATE POLICY hurry ON orders USING (${setting} <> ''); ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
       DO $$ BEGIN IF to_regrole('session_policy') IS NULL THEN CREATE ROLE session_policy; END IF; END $$;
       GRANT USAGE ON SCHEMA THIS TO session_policy; GRANT ALL ON orders TO session_policy`,
      'BEGIN; INSERT INTO orders (product_id) VALUES (1); SET LOCAL ROLE session_policy; SELECT FROM orders; COMMIT',
    ],
    ['a domain', `CREATE DOMAIN hurry AS int CHECK (${setting} <> '')`, 'SELECT 1::hurry'],
  ])('may change the state of a session: %s', async (_, create, query) => {
    const pool = await startPool({
      migrate: async (url, schema) => {
        await shop(url);
        await migrateWith(create.replace('THIS', schema))(url);
      },
    });
    const first = await pool.lease();
    await (await first.pool()).query('SELECT 1');
    await first.return();
    const second = await pool.lease();
    await (await second.pool()).query(query);
    expect(await leaksOf(second)).toEqual([`SET app.tenant = 7${kept}`]);
  });
});
