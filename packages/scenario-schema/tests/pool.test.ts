import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import knex from 'knex';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ScenarioSchemaError, SchemaPool } from '../src/index.js';
import {
  createDatabase,
  execute,
  expectCleanNeighbour,
  inLease,
  leaksOf,
  shop,
  startPool,
  usePool,
  migrateWith,
} from './support/fixture.js';

/** Schemas and databases of the kit on the server of a URL. */
const leftOvers = async (url: string): Promise<string[]> => {
  const rows = await execute<{ name: string }>(
    url,
    `SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'scenario_%'
     UNION ALL SELECT datname FROM pg_database WHERE datname LIKE 'scenario_%' AND EXISTS (SELECT)`,
  );
  return rows.map(({ name }) => name);
};

describe('a lease', () => {
  const shared = usePool();

  it('leases a schema with structure and seed, and resets it for the next lease', async () => {
    const pool = shared();
    const first = await pool.lease();
    const created = pool.createdSchemas;
    await inLease(
      first,
      `INSERT INTO orders (product_id, note) VALUES (1, 'x'), (2, 'y'); UPDATE products SET name = 'plum' WHERE id = 1;
       DELETE FROM orders; DELETE FROM products WHERE id = 2; SELECT setval('orders_id_seq', 900)`,
    );
    await first.return();
    const second = await pool.lease();
    expect(second.schema).toBe(first.schema);
    expect(await inLease(second, 'SELECT * FROM products ORDER BY id')).toEqual([
      { id: 1, name: 'apple' },
      { id: 2, name: 'pear' },
    ]);
    expect(await inLease(second, `INSERT INTO orders (product_id) VALUES (1) RETURNING id`)).toEqual([{ id: 1 }]);
    await second.return();
    expect(pool.createdSchemas).toBe(created);
  });

  it('keeps its pool of connections while a client is in use', async () => {
    const lease = await shared().lease();
    const connections = await lease.pool();
    const client = await connections.connect();
    expect(await lease.pool()).toBe(connections);
    client.release();
    await lease.return();
  });

  it('gives two leases at once two schemas and two salts', async () => {
    const pool = shared();
    const [one, other] = await Promise.all([pool.lease(), pool.lease()]);
    expect(one.schema).not.toBe(other.schema);
    expect(one.salt('jobs')).not.toBe(other.salt('jobs'));
    expect(one.salt('jobs')).toMatch(/^jobs_[0-9a-f]{10}$/);
    await inLease(one, 'INSERT INTO orders (product_id) VALUES (1)');
    expect(await inLease(other, 'SELECT * FROM orders')).toEqual([]);
    await Promise.all([one.return(), other.return()]);
  });

  it('connects knex, pg and any client with a URL to the schema', async () => {
    const pool = shared();
    const lease = await pool.lease();
    expect(lease.searchPath).toEqual([lease.schema, 'public']);
    const current = 'SELECT current_schema() AS name';
    const db = knex(lease.knexConfig());
    expect((await db.raw<{ rows: unknown[] }>(current)).rows).toEqual([{ name: lease.schema }]);
    await db.destroy();
    const client = new pg.Client(lease.pgConfig());
    await client.connect();
    expect((await client.query(current)).rows).toEqual([{ name: lease.schema }]);
    await client.end();
    expect(await inLease(lease, current)).toEqual([{ name: lease.schema }]);
    await lease.return();
  });
});

describe('a seed table', () => {
  it('is restored even if a column has a name that SQL of the kit uses for rows', async () => {
    const pool = await startPool({
      migrate: migrateWith(`CREATE TABLE t (t int, b text); INSERT INTO t VALUES (1, 'seed')`),
    });
    const first = await pool.lease();
    await (await first.pool()).query(`UPDATE t SET b = 'changed'`);
    await first.return();
    const second = await pool.lease();
    expect((await (await second.pool()).query('SELECT b FROM t')).rows).toEqual([{ b: 'seed' }]);
    await second.return();
  });
});

describe.each([{ fresh: false }, { fresh: true }])('the last query with %o', (options) => {
  const shared = usePool({ ...options, lastQuery: (schema) => `SELECT note FROM ${schema}.orders` });

  it('runs before a schema is emptied, and the return of the lease has its rows', async () => {
    const first = await shared().lease();
    await inLease(first, `INSERT INTO orders (product_id, note) VALUES (1, 'seen')`);
    expect(await first.return()).toEqual([{ note: 'seen' }]);
    const second = await shared().lease();
    expect(await second.return()).toEqual([]);
  });
});

describe.each([{ fresh: true }, { env: { SCENARIO_SCHEMA_FRESH: '1' } }])('fresh mode with %o', (options) => {
  const shared = usePool(options);

  it('creates a schema for each lease', async () => {
    const pool = shared();
    const created = pool.createdSchemas;
    const [first, second] = [await pool.lease(), await pool.lease()];
    await first.return();
    await second.return();
    expect(first.schema).not.toBe(second.schema);
    expect(pool.createdSchemas).toBe(created + 2);
    await expectCleanNeighbour(pool);
  });

  it('reports a changed structure too, unless the lease allows it', async () => {
    const pool = shared();
    const strict = await pool.lease();
    await inLease(strict, 'CREATE TABLE extra (id int)');
    expect(await leaksOf(strict)).toEqual(['table extra created']);
    const free = await pool.lease({ fresh: true });
    await inLease(free, 'CREATE TABLE extra (id int)');
    await free.return();
  });
});

describe('SchemaPool', () => {
  it('rejects a second return, and a lease after stop', async () => {
    const pool = await startPool();
    const lease = await pool.lease();
    await lease.return();
    await expect(lease.return()).rejects.toThrow(/already returned/);
    await expect(lease.abandon()).rejects.toThrow(ScenarioSchemaError);
    await pool.stop();
    await expect(pool.lease()).rejects.toThrow(/has been stopped/);
  });

  it('leaves nothing behind after stop', async () => {
    const url = await createDatabase();
    const pool = await startPool({ server: { url } });
    await (await pool.lease()).return();
    await pool.lease();
    expect((await leftOvers(url)).length).toBeGreaterThan(0);
    await pool.stop();
    expect(await execute(url, `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'scenario_%'`)).toEqual([]);
  });

  it('runs a command in a shell as migrations', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kit-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const create = `const client = new (require('pg').Client)(process.env.DATABASE_URL);
      client.connect().then(() => client.query('CREATE TABLE orders (id int)')).then(() => client.end())`;
    const pool = await startPool({
      migrate: `"${process.execPath}" -e "${create}" && echo "$SCENARIO_SCHEMA" > ${folder}/schema`,
      env: { PATH: process.env['PATH'] },
    });
    expect(readFileSync(join(folder, 'schema'), 'utf8').trim()).toBe(pool.blueprint.template);
    expect(pool.blueprint.contents.tables).toEqual(['orders']);
    await expect(startPool({ migrate: 'echo no such table >&2; exit 3' })).rejects.toThrow(
      /exited with 3.*no such table/s,
    );
  });

  it('ends sessions that the migrations leave open', async () => {
    const clients: pg.Pool[] = [];
    const pool = await startPool({
      migrate: async (url) => {
        const forgotten = new pg.Pool({ connectionString: url });
        clients.push(forgotten);
        await forgotten.query('CREATE TABLE orders (id int)');
      },
    });
    await expect.poll(() => clients[0]?.totalCount, { timeout: 30_000 }).toBe(0);
    await (await pool.lease()).return();
  });

  it('rejects migrations that create tables outside of the schema, or nothing', async () => {
    await expect(startPool({ migrate: () => undefined })).rejects.toThrow(/created nothing/);
    await expect(
      startPool({ migrate: (url: string) => execute(url, 'CREATE TABLE public.orders (id int)') }),
    ).rejects.toThrow(/created public\.orders|created orders outside/);
  });

  it('keeps the schema of a failed scenario if asked to', async () => {
    const url = await createDatabase();
    const pool = await startPool({ server: { url }, keepFailed: true });
    const lease = await pool.lease({ title: 'a failing scenario' });
    await inLease(lease, `INSERT INTO orders (product_id, note) VALUES (1, 'seen')`);
    const kept = await lease.abandon();
    assert(kept);
    expect(kept.psql).toBe(`psql '${lease.url}'`);
    await pool.stop();
    expect(await execute(kept.url, 'SELECT note FROM orders')).toEqual([{ note: 'seen' }]);
    const next = await SchemaPool.start({ migrate: shop, server: { url }, log: () => undefined, env: {} });
    await next.stop();
    // The run that kept it is over once its process has ended, which the sweep of another process finds.
    await expect(execute(kept.url, 'SELECT 1')).rejects.toThrow(/does not exist/);
  });

  it('shares one preparation among the processes of a run, and reports them together', async () => {
    const url = await createDatabase();
    const file = join(mkdtempSync(join(tmpdir(), 'kit-')), 'report.json');
    let migrations = 0;
    const options = {
      server: { url },
      report: file,
      run: { key: randomBytes(4).toString('hex'), coordinator: process.pid },
      migrate: (target: string) => {
        migrations += 1;
        return shop(target);
      },
    };
    const [one, other] = await Promise.all([startPool(options), startPool(options)]);
    const leases = [await one.lease(), await other.lease({ title: 'leaky' })] as const;
    await leases[0].return();
    await inLease(leases[1], 'CREATE TABLE holdout_leak (id int)');
    expect(await leaksOf(leases[1])).toEqual(['table holdout_leak created']);
    await one.stop();
    await other.stop();
    expect(migrations).toBe(1);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      setups: 1,
      scenarios: 2,
      capture: one.capture,
      leaks: [{ kind: 'table', message: 'table holdout_leak created', title: 'leaky' }],
      leaseMs: { median: expect.any(Number) as number, p95: expect.any(Number) as number },
    });
    expect(await execute(url, `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'scenario_%'`)).toEqual([]);
  });
});
