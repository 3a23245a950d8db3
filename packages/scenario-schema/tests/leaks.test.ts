import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lease } from '../src/index.js';
import { execute, expectCleanNeighbour, inLease, leaksOf, shortenSettling, usePool } from './support/fixture.js';

const name = `leak_${randomBytes(4).toString('hex')}`;
const clients: pg.Client[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()));
});

/** A connection that the scenario does not close. */
const openClient = async (config: pg.ClientConfig | string): Promise<pg.Client> => {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  clients.push(client);
  await client.connect();
  return client;
};

/** Runs statements on a connection of the pool that stays open. */
const inPool = async (lease: Lease, ...statements: string[]): Promise<void> => {
  const pool = await lease.pool();
  for (const statement of statements) await pool.query(statement);
};

const kept = ' in a session that stays open';

describe.each([{ fresh: false }, { fresh: true }])('a leak with %o', ({ fresh }) => {
  const pool = usePool({ fresh });
  beforeEach(shortenSettling);

  it.each([
    ['SET', [`SET statement_timeout = '7s'`], `SET statement_timeout = 7s${kept}`],
    ['SET of the search path', ['SET search_path = public'], `SET search_path = public${kept}`],
    [
      'a read-only session',
      ['SET default_transaction_read_only = on'],
      `SET default_transaction_read_only = on${kept}`,
    ],
    ['a temporary table', ['CREATE TEMP TABLE orders (id int)'], `temporary table orders${kept}`],
    ['LISTEN', ['LISTEN jobs'], `LISTEN jobs${kept}`],
    ['a cursor', ['DECLARE c CURSOR WITH HOLD FOR SELECT * FROM products'], `cursor c${kept}`],
    ['PREPARE', ['PREPARE q AS SELECT 1'], `prepared statement q${kept}`],
    ['SET ROLE', ['SET ROLE pg_monitor'], `SET ROLE pg_monitor${kept}`],
    [
      'SET SESSION AUTHORIZATION',
      ['SET SESSION AUTHORIZATION pg_monitor'],
      `SET SESSION AUTHORIZATION pg_monitor${kept}`,
    ],
    ['an advisory lock', ['SELECT pg_advisory_lock(4711)'], /^advisory lock 4711 held by client/],
    ['an advisory lock of two keys', ['SELECT pg_advisory_lock(3, 5)'], /^advisory lock 3, 5 held by/],
    ['BEGIN', ['BEGIN'], /^open transaction of client/],
  ] as const)('in the state of a session is named and affects no neighbour: %s', async (_, statements, message) => {
    const lease = await pool().lease();
    for (const statement of statements) await inPool(lease, statement).catch(() => undefined);
    expect(await leaksOf(lease)).toEqual(
      typeof message === 'string' ? [message] : expect.arrayContaining([expect.stringMatching(message)]),
    );
    await expectCleanNeighbour(pool());
  });

  it.each([
    ['a connection', 'SELECT 1', /^open connection of client "forgotten" \(last statement: SELECT 1\)$/],
    ['a transaction with locks', 'BEGIN; LOCK TABLE orders', /^open transaction of client "forgotten"/],
    ['an advisory lock', 'SELECT pg_advisory_lock(9)', /^advisory lock 9 held by client "forgotten"/],
  ])('on a client of the scenario is named, and the client is disconnected: %s', async (_, sql, message) => {
    const lease = await pool().lease();
    const client = await openClient({ ...lease.pgConfig(), application_name: 'forgotten' });
    await client.query(sql);
    const ended = new Promise((resolve) => client.once('end', resolve));
    expect(await leaksOf(lease)).toEqual([expect.stringMatching(message)]);
    await ended;
    await expectCleanNeighbour(pool());
  });

  it('on a client without a listener for errors, or with a name like those of the kit, is named, and the process survives', async () => {
    const lease = await pool().lease();
    const [plain, disguised] = [
      new pg.Client(lease.pgConfig()),
      new pg.Client({ ...lease.pgConfig(), application_name: 'scenario-schema hidden' }),
    ];
    await Promise.all([plain.connect(), disguised.connect()]);
    await disguised.query('BEGIN');
    await new pg.Pool(lease.pgConfig()).query('SELECT 1');
    const ended = [plain, disguised].map((client) => new Promise((resolve) => client.once('end', resolve)));
    expect((await leaksOf(lease)).toSorted()).toEqual([
      expect.stringMatching(/^open connection of client "\w+"$/),
      expect.stringMatching(/^open connection of client .*SELECT 1\)$/),
      'open transaction of client "scenario-schema hidden" (last statement: BEGIN)',
    ]);
    await Promise.all(ended);
    await expectCleanNeighbour(pool());
  });

  it('of a client of the kept pool that a failed scenario has not released ends neither the process nor a neighbour', async () => {
    const lease = await pool().lease();
    const client = await (await lease.pool()).connect();
    const ended = new Promise((resolve) => client.once('end', resolve));
    await lease.abandon();
    await ended;
    client.release(true);
    await expectCleanNeighbour(pool());
  });

  it('is named with the place of the statement, also of a pool', async () => {
    const lease = await pool().lease();
    await inPool(lease, 'CREATE TABLE public.leaked (id int)');
    const error: unknown = await lease.return().catch((reason: unknown) => reason);
    expect(String(error)).toMatch(
      /table public\.leaked created \(CREATE TABLE public\.leaked \(id int\) at \S+leaks\.test\.ts:\d+\)/,
    );
    await expectCleanNeighbour(pool());
  });

  it('in a failed transaction of the kept pool is named', async () => {
    const lease = await pool().lease();
    const client = await (await lease.pool()).connect();
    await client.query('BEGIN; SELECT 1/0').catch(() => undefined);
    client.release();
    expect(await leaksOf(lease)).toContainEqual(expect.stringMatching(/^open transaction of client/));
    await expectCleanNeighbour(pool());
  });

  it('of a client of the kept pool that was not released is named', async () => {
    const lease = await pool().lease();
    const client = await (await lease.pool()).connect();
    client.on('error', () => undefined);
    await client.query('SELECT 42');
    expect(await leaksOf(lease)).toEqual([expect.stringMatching(/^open connection of client .*SELECT 42/)]);
    client.release(true);
    await expectCleanNeighbour(pool());
  });

  it.each([
    ['CREATE TABLE public.leaked (id int)', 'table public.leaked created'],
    ['CREATE FUNCTION public.leaked() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$', 'function public.leaked() created'],
    ['CREATE SCHEMA leaked', 'schema leaked created'],
    [
      'CREATE TABLE public.leaked (a int, b int); CREATE STATISTICS public.counted ON a, b FROM public.leaked',
      'statistics object public.counted created',
    ],
    [`CREATE ROLE ${name}`, `role ${name} created`],
    ['CREATE EXTENSION hstore SCHEMA public', 'extension hstore created'],
    ['SELECT lo_create(4242)', 'large object 4242 created'],
    [
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET statement_timeout = ''3s''', current_database()); END $$`,
      /^ALTER DATABASE \w+ SET statement_timeout=3s$/,
    ],
    [
      `CREATE ROLE ${name}; ALTER ROLE ${name} SET work_mem = '1MB'; GRANT pg_monitor TO ${name}`,
      `role ${name} created`,
    ],
  ])('outside of the schema is named and removed: %s', async (sql, message) => {
    const lease = await pool().lease();
    await inLease(lease, sql);
    expect(await leaksOf(lease)).toContainEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    const rows = await execute(
      lease.databaseUrl,
      `SELECT relname FROM pg_class WHERE relname = 'leaked' UNION ALL SELECT proname FROM pg_proc WHERE proname = 'leaked'
       UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'leaked' UNION ALL SELECT rolname FROM pg_roles WHERE rolname = '${name}'
       UNION ALL SELECT extname FROM pg_extension WHERE extname = 'hstore' UNION ALL SELECT oid::text FROM pg_largeobject_metadata
       UNION ALL SELECT setconfig::text FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()`,
    );
    expect(rows).toEqual([]);
    await expectCleanNeighbour(pool());
  });

  it('of a failed scenario affects no neighbour', async () => {
    const lease = await pool().lease();
    await inPool(lease, 'SET default_transaction_read_only = on');
    await inLease(lease, `SELECT 1; CREATE TABLE public.leaked (id int)`);
    await openClient(lease.url);
    expect(await lease.abandon()).toBeNull();
    await expectCleanNeighbour(pool());
    expect(await execute(lease.databaseUrl, `SELECT FROM pg_class WHERE relname = 'leaked'`)).toEqual([]);
  });
});

describe('the kept pool', () => {
  const pool = usePool();

  it('may have connections that are closed shortly after the return', async () => {
    const lease = await pool().lease();
    const client = await openClient({ ...lease.pgConfig(), application_name: 'slow' });
    const returned = lease.return();
    await client.end();
    await expect(returned).resolves.toEqual([]);
  });

  it('may run statements that end shortly after the return', async () => {
    const lease = await pool().lease();
    const late = (await lease.pool()).query('SELECT pg_sleep(0.2); INSERT INTO orders (product_id) VALUES (1)');
    await lease.return();
    await late;
    await expectCleanNeighbour(pool());
  });

  it('may have lost a connection', async () => {
    const lease = await pool().lease();
    const kept = await lease.pool();
    const { rows } = await kept.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await execute(lease.databaseUrl, `SELECT pg_terminate_backend(${String(rows[0]?.pid)}, 5000)`);
    await lease.return();
    await expectCleanNeighbour(pool());
  });

  it('stays open for the next scenario if nothing was changed in its sessions', async () => {
    const first = await pool().lease();
    const kept = await first.pool();
    await kept.query(`BEGIN; SET LOCAL statement_timeout = '1s'; INSERT INTO orders (product_id) VALUES (1); COMMIT`);
    await first.return();
    const second = await pool().lease();
    expect(await second.pool()).toBe(kept);
    await second.return();
  });

  it('is replaced after a scenario that ended it', async () => {
    const first = await pool().lease();
    await (await first.pool()).end();
    await first.return();
    await expectCleanNeighbour(pool());
  });
});
