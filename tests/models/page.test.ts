import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { newId } from '../../src/models/base-model.js';
import { Greeting } from '../../src/models/greeting.js';
import { useDatabase } from '../support/postgres.js';

const userId = newId();
const instant = new Date('2026-01-01T12:00:00.000Z');
const idOf = (number: number): string => `01a1fcc3-f18c-7789-8a7f-00000000000${String(number)}`;
const cursorOf = (text: string): string => Buffer.from(text).toString('base64url');
let db: Database;

useDatabase((_made, opened) => {
  db = opened;
});

describe('a cursor', () => {
  it.each([
    ['text that no list returned', 'abc'],
    ['an impossible date', cursorOf(`greetings|2026-02-30T00:00:00.000Z|${idOf(1)}`)],
    ['the year 0', cursorOf(`greetings|0000-01-01T00:00:00.000Z|${idOf(1)}`)],
    ['an hour after the end of the day', cursorOf(`greetings|2026-01-01T24:00:00.000Z|${idOf(1)}`)],
    ['no ID', cursorOf('greetings|2026-01-01T00:00:00.000Z|x')],
    ['another list', cursorOf(`audit_events|2026-01-01T00:00:00.000Z|${idOf(1)}`)],
  ])('of %s is rejected', async (_what, cursor) => {
    await expect(Greeting.page(db.knex, userId, { cursor })).rejects.toMatchObject({ code: 'validation_failed' });
  });

  it('of this list is accepted, also for a row that has been deleted', async () => {
    const cursor = cursorOf(`greetings|2026-01-01T00:00:00.000Z|${idOf(1)}`);
    expect(await Greeting.page(db.knex, userId, { cursor })).toEqual({ rows: [], nextCursor: null });
  });
});

describe('paging through a list', () => {
  beforeAll(async () => {
    await db.knex('users').insert({ id: userId, username: 'ada' });
    // All at the same time, so that only the ID determines the order.
    const rows = [1, 2, 3, 4, 5].map((number) => ({ id: idOf(number), message: 'Hello', created_at: instant }));
    await db.knex('greetings').insert(rows.map((row) => ({ ...row, user_id: userId })));
  });

  it.each([1, 2, 3, 5, 6])('returns each row exactly once, %i at a time', async (limit) => {
    const found: string[] = [];
    for (let cursor: string | undefined; ;) {
      const { rows, nextCursor } = await Greeting.page(db.knex, userId, { limit, cursor });
      expect(rows.length).toBeLessThanOrEqual(limit);
      found.push(...rows.map(({ id }) => id));
      if (nextCursor === null) break;
      cursor = nextCursor;
    }
    expect(found).toEqual([5, 4, 3, 2, 1].map(idOf));
  });
});
