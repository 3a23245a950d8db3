import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import type { Rule } from '../../../src/limits/policy.js';
import { evaluate, type Evaluation, type Usage } from '../../../src/limits/usage.js';
import { cleanupSteps } from '../../../src/models/expired-rows.js';
import {
  clearLoginCounters,
  countLogin,
  refundLogin,
  type CounterState,
} from '../../../src/models/login/login-counter.js';
import { openDatabase, useDatabase } from '../../support/postgres.js';

let db: Database;
let other: Database;

useDatabase((testDatabase, database) => {
  db = database;
  other = openDatabase(testDatabase.url, { pool: { min: 0, max: 10 } });
});

afterAll(() => other.close());

const minute = 60_000;
const began = Date.parse('2026-03-01T12:00:00Z');
const rule = (ceiling: number, blockMs = minute): Rule => ({ ceiling, windowMs: 15 * minute, blockMs, growing: true });
const rules = { pair: rule(5), account: rule(10) };
const at = (ms = 0): Date => new Date(began + ms);
const keysOf = (name: string, client = '192.0.2.1', userId?: string) => ({ name, client, userId });
const rowsOf = async (): Promise<number> => Number((await db.knex('login_counters').count())[0]?.['count']);

const step = fc.record({
  advanceMs: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 90_000_000 })),
  ceiling: fc.integer({ min: 1, max: 4 }),
  windowMs: fc.constantFrom(400, 1_000, 5_000),
  blockMs: fc.constantFrom(0, 200, 700, 90_000_000),
});

describe('the statement', () => {
  it('changes a counter as the memory limiter does, for any time and settings', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
        const keys = keysOf(randomUUID());
        let usage: Usage | undefined;
        let now = began;
        for (const { advanceMs, ...settings } of steps) {
          now += advanceMs;
          const current = { ...settings, growing: true };
          const expected: Evaluation = evaluate(usage, current, now);
          usage = expected.usage;
          const { pair } = await countLogin(db, keys, { pair: current, account: rule(1_000) }, new Date(now));
          const ends = pair.usage.blockEnds > 0 ? pair.usage.blockEnds : pair.usage.windowEnds;
          const resetMs = ends > now ? ends - now : current.windowMs;
          expect([pair.isAllowed, pair.used, resetMs, pair.usage.blocks]).toEqual([
            expected.allowed,
            expected.used,
            expected.resetMs,
            expected.usage.blocks,
          ]);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('allows exactly the limits under parallel attempts on two instances', async () => {
    const attempts = Array.from({ length: 40 }, (_, index) =>
      countLogin(index % 2 === 0 ? db : other, keysOf('parallel', `192.0.2.${String(index % 4)}`), rules, at()),
    );
    const counted = await Promise.all(attempts);
    const allowed = (pick: (index: number) => CounterState | undefined): number =>
      counted.filter((_, index) => pick(index)?.isAllowed === true).length;
    expect(allowed((index) => counted[index]?.pair)).toBe(20);
    expect(allowed((index) => counted[index]?.name)).toBe(10);
    expect(allowed((index) => counted[index]?.account)).toBe(10);
  });

  it('counts an account under all of its names, and stops at the first counter that rejects', async () => {
    const userId = randomUUID();
    for (let index = 0; index < 5; index += 1) {
      await countLogin(db, keysOf('ada', '192.0.2.1', userId), rules, at());
      await countLogin(db, keysOf('ada@example.org', '192.0.2.1', userId), rules, at());
    }
    const rejected = await countLogin(db, keysOf('ada', '192.0.2.1', userId), rules, at());
    expect([rejected.pair.isAllowed, rejected.name, rejected.account]).toEqual([false, undefined, undefined]);
    const elsewhere = await countLogin(db, keysOf('ada', '192.0.2.2', userId), rules, at());
    expect([elsewhere.name?.isAllowed, elsewhere.name?.used, elsewhere.account?.isAllowed]).toEqual([true, 6, false]);
  });

  it('stores neither usernames nor addresses in the table', async () => {
    await countLogin(db, keysOf('unknown@example.org'), rules, at());
    expect(JSON.stringify(await db.knex('login_counters'))).not.toContain('unknown');
  });
});

describe('a success', () => {
  it('clears the counter of the pair, and returns the points of name and account', async () => {
    const keys = keysOf('grace', '192.0.2.1', randomUUID());
    await countLogin(db, keys, rules, at());
    await refundLogin(db.knex, keys, await countLogin(db, keys, rules, at()), rules.account);
    const next = await countLogin(db, keys, rules, at());
    expect([next.pair.used, next.name?.used, next.account?.used]).toEqual([1, 2, 2]);
  });

  it('ends a block that began only because of this attempt', async () => {
    const tight = { pair: rule(5), account: rule(1) };
    const keys = keysOf('linus', '192.0.2.1', randomUUID());
    const success = await countLogin(db, keys, tight, at());
    const meanwhile = await countLogin(db, keysOf('linus', '192.0.2.2', keys.userId), tight, at());
    expect([meanwhile.name?.isAllowed, meanwhile.name?.usage.blocks]).toEqual([false, 1]);
    await refundLogin(db.knex, keys, success, tight.account);
    const next = await countLogin(db, keys, tight, at());
    expect([next.name?.isAllowed, next.name?.used, next.name?.usage.blocks]).toEqual([true, 1, 0]);
  });

  it('does not return points to a later window', async () => {
    const keys = keysOf('barbara', '192.0.2.1', randomUUID());
    const slow = await countLogin(db, keys, rules, at());
    await countLogin(db, keys, rules, at(16 * minute));
    await refundLogin(db.knex, keys, slow, rules.account);
    expect((await countLogin(db, keys, rules, at(17 * minute))).name?.used).toBe(2);
  });
});

it('clears an account under its username, its verified address and its id, from everywhere', async () => {
  const id = randomUUID();
  const user = { id, username: 'Edsger', email: 'edsger@example.org', emailVerified: true };
  const all = ['edsger', 'edsger@example.org'].flatMap((name) =>
    ['192.0.2.1', '192.0.2.2'].map((client) => [name, client]),
  );
  const countAll = (): Promise<(number | undefined)[][]> =>
    Promise.all(
      all.map(async ([name = '', client = '']) => {
        const { pair, name: own, account } = await countLogin(db, keysOf(name, client, id), rules, at());
        return [pair.used, own?.used, account?.used];
      }),
    );
  await countAll();
  const before = await rowsOf();
  await db.transaction((trx) => clearLoginCounters(trx, { ...user, emailVerified: false }));
  expect(await rowsOf()).toBe(before - 4);
  await db.transaction((trx) => clearLoginCounters(trx, user));
  expect(await rowsOf()).toBe(before - 7);
});

const removeExpired = (now: Date): Promise<number> => {
  const steps = cleanupSteps({ now, refreshGraceMs: 0, greetingRetentionMs: 0 });
  const { batch } = steps.find(({ name }) => name === 'login_counters') ?? expect.fail('no such step');
  return db.transaction((trx) => batch(trx, 10_000));
};

it('removes counters once they no longer matter, and only those', async () => {
  await removeExpired(at(100_000 * minute));
  await countLogin(db, keysOf('early'), rules, at());
  await countLogin(db, keysOf('late'), rules, at(10 * minute));
  expect(await removeExpired(at(15 * minute))).toBe(3);
  expect(await rowsOf()).toBe(3);
  for (let index = 0; index < 6; index += 1) await countLogin(db, keysOf('blocked'), rules, at());
  // The growth of a block outlives the block by a day.
  expect(await removeExpired(at(23 * 60 * minute))).toBe(5);
  expect(await rowsOf()).toBe(1);
});
