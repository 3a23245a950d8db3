import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { findSelectivePart } from '../../../src/models/accounts/selective-trigram.js';
import { searchUsers } from '../../../src/models/accounts/user-search.js';
import { useDatabase } from '../../support/postgres.js';

let db: Database;

useDatabase((_made, opened) => {
  db = opened;
});
beforeAll(async () => {
  // The newest are others, so that the search goes past them to the index.
  await db.knex.raw(
    `INSERT INTO users (id, username, email, created_at)
      SELECT gen_random_uuid(), name, name || '@example.org', now() - make_interval(secs => i)
      FROM (SELECT i, CASE WHEN i < 1200 THEN 'other' ELSE 'user' END || lpad(i::text, 6, '0') AS name
        FROM generate_series(1, 5000) i) AS row`,
  );
});

const namesOf = async (q: string): Promise<string[]> => {
  const { rows } = await searchUsers(db.knex, { q, now: new Date() }, { limit: 20 });
  return rows.map(({ username }) => username);
};

describe('the part of a search text that is looked up in the index', () => {
  it('is unknown before the accounts were sampled', async () => {
    expect(await findSelectivePart(db.knex, 'user003456')).toBeUndefined();
    expect(await namesOf('user003456')).toEqual(['user003456']);
  });

  it('omits text that every account contains, and finds the same accounts', async () => {
    await db.knex.raw('ANALYZE users');
    expect(await findSelectivePart(db.knex, 'user003456')).toMatch(/^0*3456$/);
    expect(await namesOf('USER003456')).toEqual(['user003456']);
    // An account contains its rare part, 3456, but not the whole text.
    expect(await namesOf('other003456')).toEqual([]);
    expect(await namesOf('user00345')).toEqual(Array.from({ length: 10 }, (_, digit) => `user00345${String(digit)}`));
    expect(await namesOf('003456@example.org')).toEqual(['user003456']);
  });

  it('is empty if no part is rarer than the whole', async () => {
    for (const text of ['user', 'example.org', 'use', 'u', '@', '345', '%_\\']) {
      expect([text, await findSelectivePart(db.knex, text)]).toEqual([text, undefined]);
    }
  });
});
