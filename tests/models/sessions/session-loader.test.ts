import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { SessionLoader } from '../../../src/models/sessions/session-loader.js';

/** A database that records queries and responds on demand. */
const makeDatabase = () => {
  const queries: { ids: string[]; now: Date; answer: (rows: object[]) => void }[] = [];
  const prepared = (_statement: unknown, [ids, now]: [string[], Date]): Promise<object[]> =>
    new Promise((answer) => {
      queries.push({ ids, now, answer });
    });
  return { queries, db: { prepared } as unknown as Database };
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const row = (id: string) => ({ id, user_id: 'person', username: 'ada', version: '3.0' });

describe('SessionLoader', () => {
  it('runs one query for concurrent requests, and returns to each its own session', async () => {
    const { queries, db } = makeDatabase();
    const lookup = new SessionLoader(db);
    const found = [lookup.find('a', new Date(1)), lookup.find('b', new Date(1)), lookup.find('a', new Date(1))];
    await turn();
    expect(queries.map(({ ids }) => ids)).toEqual([['a', 'b']]);
    queries[0]?.answer([row('a')]);
    expect(await Promise.all(found)).toEqual([
      { id: 'a', userId: 'person', username: 'ada', userVersion: '3.0' },
      undefined,
      { id: 'a', userId: 'person', username: 'ada', userVersion: '3.0' },
    ]);
  });

  it('asks for a session once, and runs no query without a request', async () => {
    const { queries, db } = makeDatabase();
    const loader = new SessionLoader(db);
    const found = loader.find('a', new Date(1));
    await turn();
    queries[0]?.answer([row('a')]);
    await found;
    await turn();
    expect(queries).toHaveLength(1);
    void loader.find('b', new Date(2));
    await turn();
    expect(queries[1]?.ids).toEqual(['b']);
  });

  it('does not check a request against the time of an earlier one in its batch', async () => {
    const { queries, db } = makeDatabase();
    const loader = new SessionLoader(db);
    void loader.find('a', new Date(2));
    void loader.find('b', new Date(3));
    void loader.find('c', new Date(1));
    await turn();
    expect(queries.map(({ now }) => now.getTime())).toEqual([3]);
  });

  it('does not let a request share a query that began before it', async () => {
    const { queries, db } = makeDatabase();
    const lookup = new SessionLoader(db);
    void lookup.find('a', new Date(1));
    await turn();
    void lookup.find('a', new Date(2));
    await turn();
    expect(queries).toHaveLength(2);
  });

  it('checks each batch against the latest time in it, even if requests keep arriving', async () => {
    const { queries, db } = makeDatabase();
    const lookup = new SessionLoader(db);
    for (let time = 1; time <= 6; time += 1) {
      void lookup.find(`s${String(time)}`, new Date(time));
      await turn();
      if (time >= 2) queries[time - 2]?.answer([]);
      await turn();
    }
    expect(queries.map(({ now }) => now.getTime())).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('fails all of a batch when the query fails, and none after it', async () => {
    let fails = true;
    const db = {
      prepared: () => (fails ? Promise.reject(new Error('lost')) : Promise.resolve([row('a')])),
    } as unknown as Database;
    const lookup = new SessionLoader(db);
    await expect(Promise.all([lookup.find('a', new Date(1))])).rejects.toThrow('lost');
    fails = false;
    expect(await lookup.find('a', new Date(2))).toMatchObject({ id: 'a' });
  });
});
