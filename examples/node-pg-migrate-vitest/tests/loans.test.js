import { expect } from 'vitest';
import { expectNewLibrary, join } from './library.js';
import { schemaTest } from './schema.js';

const test = schemaTest();

test('numbers cards and loans from the beginning in each test', async ({ lease }) => {
  const pool = await lease.pool();
  await expectNewLibrary(pool);
  expect(await join(pool, 'Ada')).toEqual({ id: 1, card: 5000 });
  expect(await join(pool, 'Bob')).toEqual({ id: 2, card: 5001 });
});

test.for(['lent', 'returned', 'lost'])('records a loan that is %s', async (state, { lease }) => {
  const pool = await lease.pool();
  await expectNewLibrary(pool);
  await join(pool, 'Ada');
  await pool.query('INSERT INTO loans (book_id, member_id) VALUES (1, 1)');
  await pool.query('UPDATE loans SET state = $1', [state]);
  expect((await pool.query('SELECT id::int, loan_id, state FROM events ORDER BY id')).rows).toEqual([
    { id: 1, loan_id: 1, state: 'lent' },
    { id: 2, loan_id: 1, state },
  ]);
  const { rows } = await pool.query('SELECT * FROM lent_books');
  expect(rows).toEqual(state === 'lent' ? [{ title: 'Odes', name: 'Ada' }] : []);
});

test('does not lend the last copy twice', async ({ lease }) => {
  const pool = await lease.pool();
  await expectNewLibrary(pool);
  await join(pool, 'Ada');
  await join(pool, 'Bob');
  await pool.query('INSERT INTO loans (book_id, member_id) VALUES (2, 1)');
  await expect(pool.query('INSERT INTO loans (book_id, member_id) VALUES (2, 2)')).rejects.toThrow(/copies/);
});

test('never changes the history', async ({ lease }) => {
  const pool = await lease.pool();
  await expectNewLibrary(pool);
  await pool.query(
    `INSERT INTO events (loan_id, state, day) VALUES (7, 'lost', '2020-02-02'), (8, 'lost', '2030-03-03')`,
  );
  expect((await pool.query('SELECT loan_id FROM events_old')).rows).toEqual([{ loan_id: 7 }]);
  await expect(pool.query('DELETE FROM events')).rejects.toThrow('events are never changed');
});
