import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { newId } from '../../src/models/base-model.js';
import { countEvent } from '../../src/models/counters.js';
import { Statistics } from '../../src/models/statistics.js';
import { TestClock } from '../../src/testing/test-clock.js';
import { useDatabase } from '../support/postgres.js';

let db: Database;
let clock: TestClock;

useDatabase((_made, opened) => {
  db = opened;
});
beforeEach(async () => {
  clock = new TestClock();
  await db.knex('users').delete();
  await db.knex('counters').delete();
  await db.knex('counter_changes').delete();
});

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const later = (ms: number): Date => new Date(clock.now().getTime() + ms);

const values = async (): Promise<unknown> =>
  db.knex('counters').select('name', db.knex.raw('value::integer AS value')).orderBy('name');

describe('Statistics', () => {
  it('adds the counts of several instances to one row per hour', async () => {
    const [one, other] = [new Statistics({ db, clock }), new Statistics({ db, clock })];
    for (const statistics of [one, other]) {
      statistics.count('failures');
      statistics.count('errors_5xx');
    }
    await countEvent(db.knex, 'logins', clock.now());
    await Promise.all([one.flush(), other.flush()]);
    one.count('failures');
    await one.flush();
    await other.flush();
    expect(await values()).toEqual([
      { name: 'errors_5xx', value: 2 },
      { name: 'failures', value: 3 },
      { name: 'logins', value: 1 },
    ]);
    expect(await db.knex('counter_changes').select('id')).toEqual([]);
  });

  it('returns every hour of the period, oldest first, including counts that are not stored yet', async () => {
    const statistics = new Statistics({ db, clock });
    await countEvent(db.knex, 'registrations', clock.now());
    await statistics.flush();
    await countEvent(db.knex, 'registrations', clock.now());
    clock.advance(2 * hourMs);
    statistics.count('errors_5xx');
    const hours = await statistics.hours(3);
    expect(hours.map(({ registrations, errors_5xx: errors }) => [registrations, errors])).toEqual([
      [2, 0],
      [0, 0],
      [0, 1],
    ]);
    expect(await statistics.hours(2)).toHaveLength(2);
  });

  it('adds counts that are not stored yet to the stored ones of the same hour', async () => {
    const statistics = new Statistics({ db, clock });
    statistics.count('errors_5xx');
    await statistics.flush();
    statistics.count('errors_5xx');
    expect((await statistics.hours(1)).map(({ errors_5xx: errors }) => errors)).toEqual([2]);
  });

  it('counts an event only if its transaction is committed', async () => {
    const undone = db.transaction(async (trx) => {
      await countEvent(trx, 'logins', clock.now());
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await countEvent(db.knex, 'logins', clock.now());
    const [hour] = await new Statistics({ db, clock }).hours(1);
    expect(hour?.logins).toBe(1);
  });

  it('keeps counts that could not be stored', async () => {
    let isBroken = true;
    const flaky = {
      knex: {
        raw: (...query: [string, string[]]) =>
          isBroken ? Promise.reject(new Error('unreachable')) : db.knex.raw(...query),
      },
    } as unknown as Database;
    const statistics = new Statistics({ db: flaky, clock });
    statistics.count('failures');
    await expect(statistics.flush()).rejects.toThrow('unreachable');
    statistics.count('failures');
    isBroken = false;
    await statistics.flush();
    expect(await values()).toEqual([{ name: 'failures', value: 2 }]);
  });
});

const addUser = async (columns: object = {}): Promise<string> => {
  const id = newId();
  await db.knex('users').insert({ id, username: `u-${id}`, ...columns });
  return id;
};

const addSession = (userId: string, expiresAt: Date, columns: object = {}): PromiseLike<unknown> =>
  db.knex('sessions').insert({
    ...{ id: newId(), user_id: userId, last_used_at: clock.now() },
    ...{ expires_at: expiresAt, absolute_expires_at: expiresAt, ...columns },
  });

describe('Statistics.accounts', () => {
  /** The counts, which must be the same after the changes have been added to the counters, and what a count of all rows gives. */
  const counts = async (): Promise<object> => {
    const statistics = new Statistics({ db, clock });
    const before = await statistics.accounts();
    await statistics.flush();
    expect(await statistics.accounts()).toEqual(before);
    const { rows } = await db.knex.raw<{ rows: object[] }>(
      `SELECT count(*) FILTER (WHERE deleted_at IS NOT NULL)::integer AS deleted,
          count(*) FILTER (WHERE deleted_at IS NULL AND (status = 'active' OR blocked_until <= :now))::integer AS active,
          count(*) FILTER (WHERE deleted_at IS NULL AND status = 'blocked'
            AND (blocked_until IS NULL OR blocked_until > :now))::integer AS blocked,
          (SELECT count(*)::integer FROM sessions WHERE ended_at IS NULL AND expires_at > :now) AS sessions FROM users`,
      { now: clock.now() },
    );
    expect(before).toEqual(rows[0]);
    return before;
  };

  it('counts users that are created, blocked, deleted, restored and erased', async () => {
    const [ada, grace] = [await addUser(), await addUser(), await addUser()];
    expect(await counts()).toEqual({ active: 3, blocked: 0, deleted: 0, sessions: 0 });
    await db.knex('users').where({ id: ada }).update({ status: 'blocked' });
    await db.knex('users').where({ id: grace }).update({ deleted_at: clock.now() });
    expect(await counts()).toEqual({ active: 1, blocked: 1, deleted: 1, sessions: 0 });
    await db.knex('users').where({ id: grace }).update({ deleted_at: null, status: 'blocked' });
    await db.knex('users').where({ id: ada }).delete();
    expect(await counts()).toEqual({ active: 1, blocked: 1, deleted: 0, sessions: 0 });
  });

  it('counts the users of a statement that inserts or deletes many', async () => {
    await db.knex.raw(
      `INSERT INTO users (id, username, status) SELECT gen_random_uuid(), 'many-' || n,
        CASE WHEN n % 3 = 0 THEN 'blocked' ELSE 'active' END FROM generate_series(1, 30) AS n`,
    );
    expect(await counts()).toEqual({ active: 20, blocked: 10, deleted: 0, sessions: 0 });
    await db.knex('users').where({ status: 'blocked' }).delete();
    expect(await counts()).toEqual({ active: 20, blocked: 0, deleted: 0, sessions: 0 });
  });

  it('counts users as active again at the time when their block ends', async () => {
    const blocked = { status: 'blocked', blocked_until: later(70 * minuteMs) };
    const id = await addUser(blocked);
    await addUser(blocked);
    expect(await counts()).toMatchObject({ active: 0, blocked: 2 });
    clock.advance(69 * minuteMs);
    expect(await counts()).toMatchObject({ active: 0, blocked: 2 });
    clock.advance(minuteMs);
    expect(await counts()).toMatchObject({ active: 2, blocked: 0 });
    clock.advance(24 * hourMs);
    expect(await counts()).toMatchObject({ active: 2, blocked: 0 });
    await db.knex('users').where({ id }).update({ status: 'active', blocked_until: null });
    expect(await counts()).toMatchObject({ active: 2, blocked: 0 });
    await db.knex('users').update({ deleted_at: clock.now() });
    expect(await counts()).toMatchObject({ active: 0, blocked: 0, deleted: 2 });
  });

  it('counts sessions until they expire or end, and no longer after a refresh', async () => {
    const id = await addUser();
    await addSession(id, later(30 * minuteMs));
    await addSession(id, later(5 * hourMs));
    await addSession(id, later(5 * hourMs), { ended_at: clock.now(), end_reason: 'logout' });
    expect(await counts()).toMatchObject({ sessions: 2 });
    clock.advance(30 * minuteMs);
    expect(await counts()).toMatchObject({ sessions: 1 });
    await db
      .knex('sessions')
      .whereNull('ended_at')
      .update({ expires_at: later(9 * hourMs) });
    expect(await counts()).toMatchObject({ sessions: 2 });
    clock.advance(8 * hourMs);
    expect(await counts()).toMatchObject({ sessions: 2 });
    await db.knex('sessions').whereNull('ended_at').limit(1).update({ ended_at: clock.now(), end_reason: 'logout' });
    await db.knex('users').delete();
    expect(await counts()).toMatchObject({ active: 0, sessions: 0 });
  });

  it('writes nothing for changes that do not change a count', async () => {
    const id = await addUser();
    await addSession(id, later(5 * hourMs));
    await new Statistics({ db, clock }).flush();
    await db.knex('users').update({ last_login_at: clock.now(), description: 'x' });
    await db.knex('sessions').update({ last_used_at: later(1), expires_at: db.knex.ref('expires_at') });
    expect(await db.knex('counter_changes').select('name')).toEqual([]);
  });
});
