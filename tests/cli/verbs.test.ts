import { hostname, userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enter, join, joinAdmin, logIn, outcomeOf, auditEventsOf, type Member } from '../support/retention.js';
import { useTestApp, type TestApp } from '../support/test-app.js';
import { noSecrets, Workplace } from './support.js';

let app: TestApp;
let place: Workplace;
let admin: Member;

useTestApp((started) => {
  app = started;
});
beforeAll(async () => {
  place = new Workplace(app.databaseUrl, { NODE_ENV: 'production', ...noSecrets });
  admin = await joinAdmin(app, 'linus');
});
afterAll(() => {
  place.remove();
});

interface Listed {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly next_cursor: string | null;
}

/** Runs a command that must succeed, and returns its JSON. */
const json = async <T = Listed>(...argv: string[]): Promise<T> => {
  const { exitCode, stdout, stderr } = await place.run([...argv, '--json']);
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as T;
};

const failure = async (...argv: string[]): Promise<[unknown, string, string]> => {
  const { exitCode, stdout, stderr } = await place.run([...argv, '--json']);
  const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
  expect(stderr).toBe(`rollcall: ${error.message}\n`);
  return [exitCode, error.code, error.message];
};

const byCli = { via: 'cli', cli_user: userInfo().username, hostname: hostname() };

const detailsOf = async (action: string, subjectId: string): Promise<unknown> =>
  (
    await app.services.db
      .knex('audit_events')
      .where({ action, subject_id: subjectId })
      .first<{ details: object; actor_id: null }>()
  ).details;

describe('rollcall users list', () => {
  it('filters like the API and returns pages', async () => {
    await join(app, 'list-one');
    await join(app, 'list-two');
    await place.run(['users', 'block', 'list-two']);
    const first = await json('users', 'list', 'list-', '--limit', '1');
    expect(first.data.map(({ username }) => username)).toEqual(['list-two']);
    const second = await json('users', 'list', 'list-', '--limit', '1', '--cursor', String(first.next_cursor));
    expect([second.data.map(({ username }) => username), second.next_cursor]).toEqual([['list-one'], null]);
    expect((await json('users', 'list', 'LIST', '--all')).data).toHaveLength(2);
    expect((await json('users', 'list', 'list-', '--status', 'active')).data).toHaveLength(1);
    const { stdout } = await place.run(['users', 'list', 'list-two']);
    expect(stdout).toMatch(
      /^ID +USERNAME +EMAIL +STATUS +ROLES +CREATED +LAST LOGIN\n\S+ +list-two +- +blocked +user /,
    );
    expect(await place.run(['users', 'list', 'nobody-like-this'])).toEqual({
      ...{ exitCode: 0, stdout: '', stderr: 'no accounts found\n' },
    });
  });

  it('reports the invalid option', async () => {
    expect(await failure('users', 'list', '--created-after', 'yesterday', '--limit', '101')).toEqual([
      1,
      'usage',
      expect.stringMatching(/^--limit must be .*; --created-after must be an RFC 3339 time/),
    ]);
    expect(await failure('users', 'list', '--status', 'gone')).toEqual([
      1,
      'usage',
      expect.stringContaining('--status'),
    ]);
    expect(await failure('users', 'list', '--metadata', 'team')).toEqual([
      ...[1, 'usage', '--metadata must be key=value, not "team"'],
    ]);
  });
});

describe('rollcall admin list', () => {
  it('lists the users with the role', async () => {
    expect((await json('admin', 'list')).data.map(({ username }) => username)).toEqual(['linus']);
  });
});

describe('rollcall users delete, restore and erase', () => {
  it('ask for confirmation, do what the API does, and record who did it', async () => {
    const { id } = await join(app, 'leaver');
    const rejection = await failure('users', 'delete', 'leaver');
    expect(rejection.slice(0, 2)).toEqual([1, 'confirmation_required']);
    expect(rejection[2]).toContain('use --yes');
    expect(outcomeOf(await logIn(app, 'leaver'))).toBe('200');
    expect((await place.run(['users', 'delete', 'leaver', '--yes'])).stdout).toBe(
      'leaver deleted; 2 sessions revoked\n',
    );
    expect(outcomeOf(await logIn(app, 'leaver'))).toBe('401 invalid_credentials');
    expect(await json('users', 'delete', id, '--yes')).toMatchObject({ data: { id, status: 'deleted' } });
    expect(await json('users', 'restore', id)).toMatchObject({ data: { id, status: 'active', deleted_at: null } });
    expect(outcomeOf(await logIn(app, 'leaver'))).toBe('200');
    expect(await json('users', 'erase', 'leaver', '--yes')).toEqual({ data: { id, username: 'leaver' } });
    expect(await failure('users', 'show', id)).toEqual([1, 'not_found', `no account matches "${id}"`]);
    const left = (await auditEventsOf(app, id)).filter((line) => /deleted|restored|erased/.test(line));
    expect(left).toEqual(['user.deleted success', 'user.restored success', 'user.erased success']);
    for (const action of ['user.deleted', 'user.restored', 'user.erased']) {
      expect(await detailsOf(action, id)).toEqual(byCli);
    }
    expect(await detailsOf('session.ended', id)).toMatchObject({ ...byCli, reason: 'revoked' });
  });

  it.each(['delete', 'erase'])('do not %s the last administrator', async (verb) => {
    const message = `cannot ${verb} linus: the last active administrator`;
    expect(await failure('users', verb, 'linus', '--yes')).toEqual([1, 'last_admin', message]);
    expect(outcomeOf(await app.send('GET', '/api/v1/users/me', { token: admin.token }))).toBe('200');
  });
});

describe('rollcall sessions', () => {
  it('lists the sessions of an account and ends one or all', async () => {
    const member = await join(app, 'roamer');
    await enter(app, 'roamer');
    const { data } = await json('sessions', 'list', 'roamer');
    expect(data).toHaveLength(2);
    const newest = String(data[0]?.['id']);
    expect(await failure('sessions', 'end', 'roamer', newest, admin.id)).toEqual([
      ...[1, 'not_found', `roamer has no active session "${admin.id}"`],
    ]);
    expect(await json('sessions', 'end', 'roamer', newest)).toEqual({ data: { ended: [newest] } });
    expect(outcomeOf(await app.send('GET', '/api/v1/users/me', { token: member.token }))).toBe('200');
    expect((await place.run(['sessions', 'end', 'roamer'])).stdout).toBe('1 session revoked\n');
    expect(outcomeOf(await app.send('GET', '/api/v1/users/me', { token: member.token }))).toBe('401 invalid_token');
    expect((await place.run(['sessions', 'list', 'roamer'])).stderr).toBe('no active sessions\n');
  });
});

describe('rollcall audit', () => {
  it('filters by action, prefix, result, user and time', async () => {
    const { id } = await join(app, 'audited');
    await app.send('POST', '/api/v1/auth/login', { body: { username: 'audited', password: 'wrong' } });
    const actions = async (...argv: string[]): Promise<unknown[]> =>
      (await json('audit', '--subject', 'audited', ...argv)).data.map(({ action }) => action);
    expect(await actions()).toEqual(['user.login_failed', 'user.login', 'user.registered']);
    expect(await actions('--action', 'user.login')).toEqual(['user.login']);
    expect(await actions('--action', 'user.login*')).toEqual(['user.login_failed', 'user.login']);
    expect(await actions('--action', 'user')).toHaveLength(3);
    expect(await actions('--action', 'session')).toEqual([]);
    expect(await actions('--result', 'failure')).toEqual(['user.login_failed']);
    expect((await json('audit', '--subject', id, '--actor', id, '--action', 'user.login')).data).toHaveLength(1);
    const [login] = (await json('audit', '--subject', id, '--action', 'user.login')).data;
    expect(await actions('--id', String(login?.['id']))).toEqual(['user.login']);
    const at = String(login?.['created_at']);
    expect(await actions('--since', at, '--until', at)).toContain('user.login');
    const { stdout } = await place.run(['audit', '--subject', 'audited', '--result', 'failure']);
    expect(stdout).toMatch(
      /^TIME +ACTION +RESULT +ACTOR +SUBJECT .*\n\S+Z +user\.login_failed +failure +\S+ +audited /,
    );
  });

  it('shows who ran a command, and suggests similar actions', async () => {
    await join(app, 'shown');
    await place.run(['users', 'block', 'shown']);
    const { stdout } = await place.run(['audit', '--action', 'user.blocked', '--subject', 'shown']);
    expect(stdout).toContain(`${byCli.cli_user}@${byCli.hostname} (cli)`);
    const message = '--action: no action matches "user.logn"; did you mean user.login?';
    expect(await failure('audit', '--action', 'user.logn')).toEqual([1, 'usage', message]);
  });
});

describe('the account that a command names', () => {
  it('is the one with that id, even if the username of another account looks like it', async () => {
    const { id } = await join(app, 'target');
    await join(app, id);
    const { stdout } = await place.run(['users', 'show', id, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ data: { id, username: 'target' } });
  });
});
