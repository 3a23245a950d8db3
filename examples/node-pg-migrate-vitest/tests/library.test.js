import { expect } from 'vitest';
import { expectNewLibrary, join } from './library.js';
import { schemaTest } from './schema.js';

const test = schemaTest();

test.for([1, 2])('changes seed rows for itself only (%d)', async (_, { lease }) => {
  const pool = await lease.pool();
  await expectNewLibrary(pool);
  await pool.query(`UPDATE books SET copies = 9 WHERE id = 1; DELETE FROM books WHERE id = 2; DELETE FROM shelves WHERE id = 2;
    INSERT INTO shelves (label) VALUES ('Maps')`);
  await pool.query('REFRESH MATERIALIZED VIEW CONCURRENTLY books_per_shelf');
  expect((await pool.query('SELECT * FROM books_per_shelf')).rows).toEqual([{ label: 'Poetry', copies: 9 }]);
  expect((await pool.query(`SELECT id FROM shelves WHERE label = 'Maps'`)).rows).toEqual([{ id: 3 }]);
});

test('empties tables and sequences for itself only', async ({ lease }) => {
  const pool = await lease.pool();
  await expectNewLibrary(pool);
  await pool.query('TRUNCATE shelves, books, members, loans RESTART IDENTITY');
  await pool.query(`SELECT setval('card_numbers', 9999)`);
  expect((await pool.query(`INSERT INTO shelves (label) VALUES ('New') RETURNING id`)).rows).toEqual([{ id: 1 }]);
});

test('checks guarantors at the end of a transaction', async ({ lease }) => {
  const pool = await lease.pool();
  await expectNewLibrary(pool);
  await pool.query(`BEGIN; INSERT INTO members (name, guarantor_id) VALUES ('Ada', 2); INSERT INTO members (name, guarantor_id)
    VALUES ('Bob', 1); COMMIT`);
  await expect(pool.query(`INSERT INTO members (name, guarantor_id) VALUES ('Eve', 99)`)).rejects.toThrow(
    /foreign key/,
  );
});

test('shows members their own loans only', async ({ lease }) => {
  const pool = await lease.pool();
  await expectNewLibrary(pool);
  await join(pool, 'Ada');
  await join(pool, 'Bob');
  await pool.query('INSERT INTO loans (book_id, member_id) VALUES (1, 1), (2, 2)');
  const client = await pool.connect();
  try {
    // A superuser sees all rows; this role of PostgreSQL may read all tables, but is subject to policies.
    await client.query(`BEGIN; SET LOCAL ROLE pg_read_all_data; SET LOCAL library.member = '2'`);
    expect((await client.query('SELECT book_id FROM loans')).rows).toEqual([{ book_id: 2 }]);
    await client.query('ROLLBACK');
  } finally {
    client.release();
  }
});
