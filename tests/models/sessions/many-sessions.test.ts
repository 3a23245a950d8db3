import { describe, expect, it } from 'vitest';
import { createSession } from '../../../src/models/login/log-in.js';
import { createUser, sendAs, type TestUser, useAdministrator } from '../../support/admin-users.js';
import { type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: TestUser;

useAdministrator((started, created) => {
  app = started;
  admin = created;
});

const sessionCount = 2000;

/** Opens live sessions of an account by one statement. */
const openMany = (userId: string, count = sessionCount): Promise<unknown> =>
  app.services.db.knex.raw(
    `INSERT INTO sessions (id, user_id, expires_at, absolute_expires_at)
      SELECT gen_random_uuid(), :userId, now() + interval '1 day', now() + interval '1 day'
      FROM generate_series(1, :count)`,
    { userId, count },
  );

/** The statements that work sends over the pool. */
const statementsOf = async (work: () => Promise<unknown>): Promise<string[]> => {
  const statements: string[] = [];
  const note = ({ sql }: { sql: string }): void => {
    statements.push(sql);
  };
  const { knex } = app.services.db;
  knex.on('query', note);
  try {
    await work();
  } finally {
    knex.removeListener('query', note);
  }
  return statements;
};

const endedEvents = async (subjectId: string): Promise<number> => {
  const rows = await app.services.db.knex('audit_events').where({ subject_id: subjectId, action: 'session.ended' });
  return rows.length;
};

describe('a login', () => {
  const login = async (id: string): Promise<unknown> => {
    const { db, clock, config } = app.services;
    const { refresh, sessions } = config.current.auth;
    const requestMetadata = { ipAddress: '127.0.0.1', userAgent: null, requestId: 'test' };
    const request = { requestMetadata, now: clock.now(), lifetimes: refresh, ...sessions };
    return db.transaction((trx) => createSession(trx, id, request));
  };

  it('ends all sessions of the account beyond the limit by few statements', async () => {
    const user = await createUser(app);
    await openMany(user.id);
    const statements = await statementsOf(() => login(user.id));
    expect(statements.length).toBeLessThan(12);
    const live = await app.services.db.knex('sessions').where({ user_id: user.id, ended_at: null });
    expect(live).toHaveLength(100);
    expect(await endedEvents(user.id)).toBe(sessionCount + 2 - 100);
  });

  it('keeps no more than a thousand ended sessions of the account', async () => {
    const user = await createUser(app);
    const { knex } = app.services.db;
    const ended = (): Promise<unknown[]> => knex('sessions').where({ user_id: user.id }).whereNotNull('ended_at');
    await openMany(user.id, 1050);
    await knex('sessions').where({ user_id: user.id }).update({ ended_at: knex.fn.now(), end_reason: 'logout' });
    await login(user.id);
    expect(await ended()).toHaveLength(1000);
  });
});

describe('an account with many sessions', () => {
  it.each<[string, number, (user: TestUser) => Promise<{ status: number }>]>([
    ['is blocked', 200, ({ id }) => sendAs(app, admin, 'PATCH', `/api/v1/admin/users/${id}`, { status: 'blocked' })],
    ['is deleted', 204, ({ id }) => sendAs(app, admin, 'DELETE', `/api/v1/admin/users/${id}`)],
    ['has them ended', 204, ({ id }) => sendAs(app, admin, 'DELETE', `/api/v1/admin/users/${id}/sessions`)],
    ['ends the others', 204, (user) => sendAs(app, user, 'DELETE', '/api/v1/users/me/sessions')],
  ])('%s by a number of statements that does not depend on them', async (_what, status, act) => {
    const user = await createUser(app);
    await openMany(user.id);
    const statements = await statementsOf(async () => {
      expect((await act(user)).status).toBe(status);
    });
    expect(statements.length).toBeGreaterThan(3);
    expect(statements.length).toBeLessThan(25);
    expect(await endedEvents(user.id)).toBeGreaterThanOrEqual(sessionCount);
  });
});
