import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { createDatabase, execute, expectCleanNeighbour, inLease, startPool, usePool } from './support/fixture.js';

/** What ends after the lease was returned, and rows that must survive until then. */
describe('a client of the scenario that still writes when the lease is returned', () => {
  const shared = usePool();

  it('is waited for, and the schema is emptied again', async () => {
    const lease = await shared().lease();
    const client = new pg.Client(lease.pgConfig());
    await client.connect();
    const late = client
      .query(`SELECT pg_sleep(0.2); INSERT INTO orders (product_id) VALUES (1)`)
      .then(() => client.end());
    await lease.return();
    await late;
    await expectCleanNeighbour(shared());
  });
});

describe('the last query', () => {
  const lastQuery = (schema: string): string => `SELECT note FROM ${schema}.orders`;

  it('returns no rows if the scenario was allowed to drop what it reads', async () => {
    const pool = await startPool({ lastQuery });
    const lease = await pool.lease({ fresh: true });
    await inLease(lease, 'DROP TABLE orders');
    expect(await lease.return()).toEqual([]);
    await expectCleanNeighbour(pool);
  });

  it('keeps its rows if the schema is inspected again after a lock', { timeout: 30_000 }, async () => {
    const url = await createDatabase();
    await execute(url, 'CREATE TABLE public.other (id int)');
    const pool = await startPool({ server: { url }, databasePerProcess: false, lastQuery });
    const lease = await pool.lease();
    await inLease(lease, `INSERT INTO orders (product_id, note) VALUES (1, 'seen')`);
    const client = new pg.Client({ connectionString: url, application_name: 'other' });
    await client.connect();
    await client.query('BEGIN; LOCK TABLE public.other');
    const returned = lease.return();
    await client.query('SELECT pg_sleep(1.5)');
    await client.query('COMMIT');
    expect(await returned).toEqual([{ note: 'seen' }]);
    await client.end();
    await expectCleanNeighbour(pool);
  });
});
