import { expect } from 'vitest';

/** Expects exactly what the migrations leave. */
export const expectNewLibrary = async (pool) => {
  const { rows } = await pool.query(`
    SELECT (SELECT json_agg(s ORDER BY id) FROM shelves s) AS shelves, (SELECT json_agg(b ORDER BY id) FROM books b) AS books,
      (SELECT json_agg(p ORDER BY label) FROM books_per_shelf p) AS per_shelf, (SELECT last_value::int FROM card_numbers) AS next_card,
      (SELECT count(*)::int FROM members) AS members, (SELECT count(*)::int FROM loans) AS loans, (SELECT count(*)::int FROM events) AS events,
      (SELECT array_agg(name ORDER BY name) FROM pgmigrations) AS migrations`);
  expect(rows).toEqual([
    {
      shelves: [
        { id: 1, label: 'Poetry' },
        { id: 2, label: 'Travel' },
      ],
      books: [
        { id: 1, title: 'Odes', shelf_id: 1, copies: 2 },
        { id: 2, title: 'The Road', shelf_id: 2, copies: 1 },
      ],
      per_shelf: [
        { label: 'Poetry', copies: 2 },
        { label: 'Travel', copies: 1 },
      ],
      next_card: 5000,
      members: 0,
      loans: 0,
      events: 0,
      migrations: ['1767225600000_library', '1769904000000_history'],
    },
  ]);
};

/** Adds a member and returns the number on the card. */
export const join = async (pool, name) => {
  const { rows } = await pool.query('INSERT INTO members (name) VALUES ($1) RETURNING id, card::int', [name]);
  return rows[0];
};
