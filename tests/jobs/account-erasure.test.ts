import { beforeEach, describe, expect, it } from 'vitest';
import { eraseOverdueAccounts } from '../../src/jobs/account-erasure.js';
import type { CleanupReport } from '../../src/jobs/cleanup-report.js';
import { createUser, sendAs, type TestUser } from '../support/admin-users.js';
import { withoutRateLimits, useTestApp, type TestApp } from '../support/test-app.js';
import { day } from '../support/retention.js';

let app: TestApp;
let admin: TestUser;

useTestApp(
  (started) => {
    app = started;
  },
  { settings: withoutRateLimits },
);
beforeEach(async () => {
  admin = await createUser(app, ['user', 'admin']);
});

interface Failures extends CleanupReport {
  readonly ids: string[];
  waiting: number;
}

const keepFailures = (): Failures => {
  const report: Failures = {
    ids: [],
    waiting: -1,
    removed: () => undefined,
    failed: () => undefined,
    erasureFailed(id) {
      report.ids.push(id);
    },
    erasuresWaiting(count) {
      report.waiting = count;
    },
  };
  return report;
};

const erase = (report: CleanupReport): Promise<number> => eraseOverdueAccounts(app.services, undefined, report);

const exists = async ({ id }: TestUser): Promise<boolean> =>
  (await app.services.db.knex('users').where({ id })).length === 1;

const erasures = async (): Promise<unknown[]> => app.services.db.knex('account_erasures');

/** Users whose grace time is over, in the order of their ids. */
const makeOverdue = async (count: number): Promise<TestUser[]> => {
  const accounts: TestUser[] = [];
  for (let index = 0; index < count; index += 1) accounts.push(await createUser(app));
  const deletedAt = new Date(app.clock.now().getTime() - 31 * day);
  await app.services.db
    .knex('users')
    .whereIn(
      'id',
      accounts.map(({ id }) => id),
    )
    .update({ deleted_at: deletedAt });
  return accounts.sort((a, b) => (a.id < b.id ? -1 : 1));
};

const greetMany = ({ id }: TestUser, count: number): Promise<unknown> =>
  app.services.db.knex.raw(
    `INSERT INTO greetings (id, user_id, message) SELECT gen_random_uuid(), :id, 'Hello' FROM generate_series(1, :count)`,
    { id, count },
  );

const send = (method: string, path: string): ReturnType<typeof sendAs> => sendAs(app, admin, method, path);

describe('an account that cannot be erased', () => {
  it('does not stop the others, and is retried with growing delays', { timeout: 60_000 }, async () => {
    const [first, second, third] = (await makeOverdue(3)) as [TestUser, TestUser, TestUser];
    const { db } = app.services;
    const report = keepFailures();
    await db.transaction(async (trx) => {
      await trx.raw('SELECT 1 FROM users WHERE id = ? FOR UPDATE', [first.id]);
      expect(await erase(report)).toBe(2);
      expect([await exists(first), await exists(second), await exists(third)]).toEqual([true, false, false]);
      expect([report.ids, report.waiting]).toEqual([[first.id], 1]);
      // Not before the delay is over.
      expect(await erase(report)).toBe(0);
      expect(report.ids).toEqual([first.id]);
      app.clock.advance(61_000);
      await erase(report);
      app.clock.advance(61_000);
      await erase(report);
      expect(report.ids).toEqual([first.id, first.id]);
    });
    expect(await erasures()).toMatchObject([{ user_id: first.id, attempts: 2, last_error: 'timeout' }]);
    app.clock.advance(121_000);
    expect(await erase(report)).toBe(1);
    expect([await exists(first), await erasures(), report.waiting]).toEqual([false, [], 0]);
  });

  it('cannot be restored after its erasure has begun', async () => {
    const [account] = (await makeOverdue(1)) as [TestUser];
    await app.services.db.transaction(async (trx) => {
      await trx.raw('SELECT 1 FROM users WHERE id = ? FOR UPDATE', [account.id]);
      await erase(keepFailures());
    });
    expect((await send('POST', `/api/v1/admin/users/${account.id}/restore`)).status).toBe(404);
    app.clock.advance(day);
    expect(await erase(keepFailures())).toBe(1);
  });
});

describe('an account with a lot of data', () => {
  it('is erased in the background in batches', { timeout: 60_000 }, async () => {
    const [account] = (await makeOverdue(1)) as [TestUser];
    await greetMany(account, 20_000);
    expect(await erase(keepFailures())).toBe(1);
    expect([await exists(account), await app.services.db.knex('greetings').where({ user_id: account.id })]).toEqual([
      false,
      [],
    ]);
  });

  it('is erased immediately when an administrator requests it', { timeout: 60_000 }, async () => {
    const user = await createUser(app);
    await greetMany(user, 20_000);
    const path = `/api/v1/admin/users/${user.id}`;
    expect((await send('POST', `${path}/erase`)).status).toBe(204);
    expect((await send('GET', path)).status).toBe(404);
    expect((await send('POST', `${path}/erase`)).status).toBe(404);
    expect(await erasures()).toEqual([]);
    const events = await app.services.db.knex('audit_events').where({ subject_id: user.id, action: 'user.erased' });
    expect(events).toMatchObject([{ actor_id: admin.id, result: 'success', details: {} }]);
  });

  it('is erased in the background if the request is interrupted', { timeout: 60_000 }, async () => {
    const user = await createUser(app);
    const { db } = app.services;
    await greetMany(user, 10);
    await db.transaction(async (trx) => {
      await trx.raw('LOCK TABLE greetings IN ACCESS EXCLUSIVE MODE');
      expect((await send('POST', `/api/v1/admin/users/${user.id}/erase`)).status).toBe(503);
    });
    // The account is no longer accessible.
    expect((await sendAs(app, user, 'GET', '/api/v1/users/me')).status).toBe(401);
    app.clock.advance(61_000);
    expect(await erase(keepFailures())).toBe(1);
    expect(await exists(user)).toBe(false);
    const events = await db.knex('audit_events').where({ subject_id: user.id, action: 'user.erased' });
    expect(events).toMatchObject([{ actor_id: admin.id, ip_address: null }]);
  });
});
