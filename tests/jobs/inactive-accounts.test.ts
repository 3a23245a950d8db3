import { beforeEach, describe, expect, it } from 'vitest';
import { deleteInactiveAccounts } from '../../src/jobs/inactive-accounts.js';
import { deliver } from '../support/mailbox.js';
import { useTestApp, type TestApp } from '../support/test-app.js';
import { day, enter, join, joinAdmin, logIn, outcomeOf, auditEventsOf, type Member } from '../support/retention.js';

const settings = {
  rateLimit: { enabled: false },
  users: { inactiveRetention: '365d', inactiveNotice: '14d' },
  auth: { refresh: { ttl: '300d', absoluteTtl: '700d' } },
};

let app: TestApp;
let ada: Member;

useTestApp(
  (started) => {
    app = started;
  },
  { settings, each: true },
);
beforeEach(async () => {
  await app.services.db.knex('users').delete();
  ada = await join(app, 'ada', { email: 'ada@example.org' });
  await app.services.db.knex('users').where({ id: ada.id }).update({ email_verified: true });
  await deliver(app);
});

describe('inactive accounts', () => {
  it('are kept while the retention is disabled', async () => {
    await app.configure({ rateLimit: { enabled: false } });
    app.clock.advance(3000 * day);
    expect(await deleteInactiveAccounts(app.services)).toEqual({ warned: 0, deleted: 0 });
  });

  it('are warned once by email, and deleted if nobody logs in', async () => {
    app.clock.advance(364 * day);
    expect(await deleteInactiveAccounts(app.services)).toEqual({ warned: 0, deleted: 0 });
    app.clock.advance(1.1 * day);
    expect(await deleteInactiveAccounts(app.services)).toEqual({ warned: 1, deleted: 0 });
    const deadline = new Date(app.clock.now().getTime() + 14 * day).toISOString().slice(0, 10);
    expect(await deliver(app)).toEqual([
      {
        ...{ to: 'ada@example.org', kind: 'inactive_warning' },
        variables: expect.objectContaining({ username: 'ada', deadline }) as object,
      },
    ]);
    app.clock.advance(13 * day);
    expect(await deleteInactiveAccounts(app.services)).toEqual({ warned: 0, deleted: 0 });
    app.clock.advance(1.1 * day);
    expect(await deleteInactiveAccounts(app.services)).toEqual({ warned: 0, deleted: 1 });
    expect(await auditEventsOf(app, ada.id)).toContain('user.deleted success');
    expect(outcomeOf(await logIn(app, 'ada'))).toBe('401 invalid_credentials');
    expect(await deleteInactiveAccounts(app.services)).toEqual({ warned: 0, deleted: 0 });
  });

  it('are kept if the owner logs in after the warning, and warned again the next time', async () => {
    app.clock.advance(366 * day);
    expect(await deleteInactiveAccounts(app.services)).toEqual({ warned: 1, deleted: 0 });
    app.clock.advance(10 * day);
    await enter(app, 'ada');
    app.clock.advance(364 * day);
    expect(await deleteInactiveAccounts(app.services)).toEqual({ warned: 0, deleted: 0 });
    app.clock.advance(2 * day);
    expect(await deleteInactiveAccounts(app.services)).toEqual({ warned: 1, deleted: 0 });
  });

  it('do not include accounts whose session was refreshed, even if it has been removed', async () => {
    const { knex } = app.services.db;
    const rowOf = async (): Promise<{ version: number; updated_at: Date; last_seen_at: Date | null }> =>
      (await knex('users').where({ id: ada.id }).first()) as Awaited<ReturnType<typeof rowOf>>;
    const { body } = await logIn(app, 'ada');
    let { refresh_token: token } = body as { refresh_token: string };
    const refresh = async (): Promise<void> => {
      const answer = await app.send('POST', '/api/v1/auth/refresh', { body: { refresh_token: token } });
      expect(answer.status).toBe(200);
      ({ refresh_token: token } = answer.body as { refresh_token: string });
    };
    const before = await rowOf();
    app.clock.advance(200 * day);
    await refresh();
    const after = await rowOf();
    expect(after.last_seen_at?.getTime()).toBeGreaterThan(before.last_seen_at?.getTime() ?? 0);
    expect([after.version, after.updated_at]).toEqual([before.version, before.updated_at]);
    // Updated at most once an hour.
    app.clock.advance(59 * 60_000);
    await refresh();
    expect((await rowOf()).last_seen_at).toEqual(after.last_seen_at);
    app.clock.advance(2 * 60_000);
    await refresh();
    expect((await rowOf()).last_seen_at).not.toEqual(after.last_seen_at);
    await knex('sessions').delete();
    app.clock.advance(200 * day);
    expect(await deleteInactiveAccounts(app.services)).toEqual({ warned: 0, deleted: 0 });
    app.clock.advance(166 * day);
    expect(await deleteInactiveAccounts(app.services)).toEqual({ warned: 1, deleted: 0 });
  });

  it('include accounts with unused sessions', async () => {
    const { body } = await logIn(app, 'ada');
    app.clock.advance(200 * day);
    const { refresh_token } = body as { refresh_token: string };
    expect((await app.send('POST', '/api/v1/auth/refresh', { body: { refresh_token } })).status).toBe(200);
    app.clock.advance(200 * day);
    expect(await deleteInactiveAccounts(app.services)).toEqual({ warned: 0, deleted: 0 });
    app.clock.advance(170 * day);
    expect(await deleteInactiveAccounts(app.services)).toEqual({ warned: 1, deleted: 0 });
  });

  it('do not include blocked accounts; the last administrator is kept', async () => {
    await join(app, 'blocked');
    await app.services.db.knex('users').where({ username: 'blocked' }).update({ status: 'blocked' });
    await joinAdmin(app, 'root');
    app.clock.advance(366 * day);
    expect(await deleteInactiveAccounts(app.services)).toEqual({ warned: 2, deleted: 0 });
    app.clock.advance(15 * day);
    expect(await deleteInactiveAccounts(app.services)).toEqual({ warned: 0, deleted: 1 });
    expect(outcomeOf(await logIn(app, 'root'))).toBe('200');
  });

  it('are warned once when two instances run the job', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, index) => join(app, `many${String(index)}`)));
    app.clock.advance(366 * day);
    const [one, other] = await Promise.all([
      deleteInactiveAccounts(app.services),
      deleteInactiveAccounts(app.services),
    ]);
    expect(one.warned + other.warned).toBe(31);
    expect(await app.services.db.knex('mail_outbox').where({ kind: 'inactive_warning', state: 'queued' })).toHaveLength(
      31,
    );
  });
});
