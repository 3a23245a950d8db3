import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enter, join, joinAdmin, logIn, password, outcomeOf, auditEventsOf } from '../../support/retention.js';
import { useTestApp, type TestApp } from '../../support/test-app.js';
import { Workplace } from '../support.js';

let app: TestApp;
let place: Workplace;

useTestApp((started) => {
  app = started;
});
beforeAll(() => {
  place = new Workplace(app.databaseUrl, { ROLLCALL_SERVER_PUBLIC_URL: 'https://accounts.example.org' });
});
afterAll(() => {
  place.remove();
});

const deleteNow = (id: string): PromiseLike<unknown> =>
  app.services.db.knex('users').where({ id }).update({ deleted_at: new Date() });

describe('rollcall users reset', () => {
  it('prints a code with which the user can set a new password, once', async () => {
    const member = await join(app, 'forgetful');
    const { exitCode, stdout } = await place.run(['users', 'reset', 'forgetful']);
    const [, code = ''] = /^code: (\S{43})\nexpires: \S+Z\n/.exec(stdout) ?? [];
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`link: https://accounts.example.org/reset-password#token=${code}\n`);
    const complete = (): Promise<string> =>
      app
        .send('POST', '/api/v1/auth/password-reset/complete', {
          body: { token: code, new_password: 'another orchard, another rain' },
        })
        .then(outcomeOf);
    expect(await complete()).toBe('204');
    expect(await complete()).toBe('401 invalid_token');
    expect(outcomeOf(await app.send('POST', '/api/v1/auth/login', { body: { username: 'forgetful', password } }))).toBe(
      '401 invalid_credentials',
    );
    expect(await auditEventsOf(app, member.id)).toContain('user.password_reset_requested success');
  });
});

describe('rollcall users block and unblock', () => {
  it('end every session immediately, and allow a new login afterwards', async () => {
    const member = await join(app, 'blockable');
    await enter(app, 'blockable');
    const blocked = await place.run(['users', 'block', 'BLOCKABLE', '--reason', 'lost phone']);
    expect(blocked).toEqual({ exitCode: 0, stdout: 'blockable blocked; 2 sessions revoked\n', stderr: '' });
    expect(outcomeOf(await app.send('GET', '/api/v1/users/me', { token: member.token }))).toBe('401 invalid_token');
    expect(outcomeOf(await logIn(app, 'blockable'))).toBe('401 invalid_credentials');
    expect(JSON.parse((await place.run(['users', 'show', 'blockable', '--json'])).stdout)).toMatchObject({
      data: { status: 'blocked', blocked_reason: 'lost phone', blocked_until: null },
    });
    expect((await place.run(['users', 'unblock', 'blockable'])).stdout).toBe('blockable unblocked\n');
    expect(outcomeOf(await logIn(app, 'blockable'))).toBe('200');
    const trail = (await auditEventsOf(app, member.id)).filter((line) => /block|ended/.test(line));
    expect(trail).toEqual([
      'user.blocked success',
      'session.ended success',
      'session.ended success',
      'user.unblocked success',
    ]);
    const row = await app.services.db
      .knex('audit_events')
      .where({ subject_id: member.id, action: 'user.blocked' })
      .first<{ actor_id: null; details: object }>();
    expect(row).toMatchObject({ actor_id: null, details: { via: 'cli', hostname: hostname(), until: null } });
  });

  it('block until a time', async () => {
    await join(app, 'for-a-while');
    const until = new Date(app.clock.now().getTime() + 3_600_000).toISOString();
    await place.run(['users', 'block', 'for-a-while', '--until', until]);
    expect(outcomeOf(await logIn(app, 'for-a-while'))).toBe('401 invalid_credentials');
    app.clock.advance(3_600_001);
    expect(outcomeOf(await logIn(app, 'for-a-while'))).toBe('200');
  });

  it.each<[string[], string]>([
    [['block', 'nobody-here'], 'no account matches "nobody-here"'],
    [['unblock', 'target'], 'target is not blocked'],
    [['block', 'target', '--until', 'tomorrow'], '--until must be an RFC 3339 time'],
    [['block', 'target', '--until', '2020-01-01T00:00:00Z'], '--until must be in the future'],
    [['block', 'target', '--reason', 'x'.repeat(501)], '--reason must have at most 500 characters'],
    [['block', 'only-admin'], 'cannot block only-admin: the last active administrator'],
    [['block', 'gone'], 'cannot block gone: the account is deleted'],
    [['reset', 'gone'], 'cannot reset the password of gone: the account is deleted'],
    [['show', 'nobody-here'], 'no account matches "nobody-here"'],
  ])('%j is rejected: %s', async (argv, message) => {
    if ((await logIn(app, 'target')).status !== 200) {
      await join(app, 'target');
      await joinAdmin(app, 'only-admin');
      await deleteNow((await join(app, 'gone')).id);
    }
    const { exitCode, stdout, stderr } = await place.run(['users', ...argv]);
    expect([exitCode, stdout, stderr]).toEqual([1, '', expect.stringContaining(`rollcall: ${message}`)]);
  });
});

describe('texts of users and clients', () => {
  it('do not control the terminal, and do not begin a new line', async () => {
    const { id } = await join(app, 'painter', { description: 'first\rsecond\nstatus  admin \u202Eneve' });
    const headers = { 'User-Agent': 'agent\u009B2J' };
    const body = { username: 'painter', password };
    expect((await app.send('POST', '/api/v1/auth/login', { headers, body })).status).toBe(200);
    const shown = await place.run(['users', 'show', 'painter']);
    expect(shown.stdout).toContain(String.raw`first\u000dsecond\u000astatus  admin \u202eneve`);
    const session = { user_agent: 'stored\u009B2J earlier', ip_address: '192.0.2.9' };
    await app.services.db.knex('sessions').where({ user_id: id, user_agent: 'agent?2J' }).update(session);
    const listed = await place.run(['sessions', 'list', 'painter']);
    expect(listed.stdout).toContain(String.raw`192.0.2.9   stored\u009b2J earlier`);
  });
});
