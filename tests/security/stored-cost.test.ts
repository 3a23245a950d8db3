import { beforeEach, describe, expect, it } from 'vitest';
import { highestPasswordCost } from '../../src/models/login/credential.js';
import { StoredCost } from '../../src/security/stored-cost.js';
import { silentLog } from '../support/open-database.js';
import { TestClock } from '../../src/testing/test-clock.js';
import { withoutRateLimits, useTestApp, type TestApp } from '../support/test-app.js';

const tail = 'a'.repeat(53);

describe('the highest stored cost', () => {
  let app: TestApp;
  useTestApp((started) => (app = started), { settings: withoutRateLimits });
  beforeEach(async () => {
    await app.services.db.knex('users').delete();
  });

  const insert = async (hashes: readonly (string | null)[]): Promise<void> => {
    const rows = hashes.map((hash, index) => ({
      id: `01900000-0000-7000-8000-00000000000${String(index)}`,
      username: `person-${String(index)}`,
      password_hash: hash,
    }));
    await app.services.db.knex('users').insert(rows);
  };
  const highest = (): Promise<number> => highestPasswordCost(app.services.db.knex);

  it('is 0 without accounts or passwords', async () => {
    expect(await highest()).toBe(0);
    await insert([null, '', '!', 'not a hash', `$2b$31$${tail}`, `$2b$1x$${tail}`]);
    expect(await highest()).toBe(0);
  });

  it('is found in tagged, untagged and imported hashes', async () => {
    await insert([`rc1$0123456789ab$2b$12$${tail}`, `$2b$10$${tail}`, null, 'zz']);
    expect(await highest()).toBe(12);
    await app.services.db
      .knex('users')
      .update({ password_hash: `$2y$14$${tail}` })
      .where({ username: 'person-1' });
    expect(await highest()).toBe(14);
    await app.services.db
      .knex('users')
      .update({ password_hash: `rc1$-$2b$16$${tail}` })
      .where({ username: 'person-2' });
    expect(await highest()).toBe(16);
  });

  it('is read from the end of an index', async () => {
    await insert([`$2b$12$${tail}`]);
    const plan = await app.services.db.transaction(async (trx) => {
      await trx.raw('SET LOCAL enable_seqscan = off');
      const statements: string[] = [];
      trx.on('query', ({ sql }: { sql: string }) => statements.push(sql));
      await highestPasswordCost(trx);
      return trx.raw<{ rows: { 'QUERY PLAN': string }[] }>(`EXPLAIN ${statements.at(-1) ?? ''}`);
    });
    const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toMatch(/Index (Only )?Scan Backward using users_password_cost_idx/);
    expect(text).not.toContain('Sort');
  });
});

describe('reading the highest stored cost', () => {
  const setUp = (read: () => Promise<number>) => {
    const clock = new TestClock();
    return { clock, cost: new StoredCost({ read, clock, log: silentLog() }) };
  };

  it('happens once in two seconds, and once for all concurrent callers', async () => {
    let reads = 0;
    const { clock, cost } = setUp(() => Promise.resolve((reads += 1)));
    expect(await Promise.all([cost.highest(), cost.highest(), cost.highest()])).toEqual([1, 1, 1]);
    expect(await cost.highest()).toBe(1);
    clock.advance(2000);
    expect(await cost.highest()).toBe(2);
  });

  it('keeps the known value while the database is unavailable', async () => {
    const answers = [() => Promise.resolve(13), () => Promise.reject(new Error('gone')), () => Promise.resolve(0)];
    const { clock, cost } = setUp(() => answers.shift()?.() ?? Promise.resolve(0));
    for (const expected of [13, 13, 0]) {
      expect(await cost.highest()).toBe(expected);
      clock.advance(2000);
    }
  });
});
