import { describe, expect, it } from 'vitest';
import { Greeting } from '../../src/models/greeting.js';
import { openDatabase } from '../support/postgres.js';

const id = '01a1fcc3-f18c-7789-8a7f-0ef9bb3cf00c';
const cursorOf = (text: string): string => Buffer.from(text).toString('base64url');

describe('a cursor', () => {
  it.each([
    ['nothing that was given out', 'abc'],
    ['a day that no month has', cursorOf(`2026-02-30T00:00:00.000Z|${id}`)],
    ['the year that never was', cursorOf(`0000-01-01T00:00:00.000Z|${id}`)],
    ['an hour past the day', cursorOf(`2026-01-01T24:00:00.000Z|${id}`)],
    ['no id', cursorOf('2026-01-01T00:00:00.000Z|x')],
  ])('of %s is rejected before it reaches the database', async (_what, cursor) => {
    const database = openDatabase('postgres://nobody@127.0.0.1:1/none');
    await expect(Greeting.page(database.knex, id, { cursor })).rejects.toMatchObject({ code: 'validation_failed' });
    await database.close();
  });
});
