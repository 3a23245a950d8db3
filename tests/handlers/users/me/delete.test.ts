import { beforeEach, describe, expect, it } from 'vitest';
import { eraseOverdueAccounts } from '../../../../src/jobs/account-erasure.js';
import { useTestApp, type TestApp } from '../../../support/test-app.js';
import {
  day,
  enter,
  join,
  joinAdmin,
  logIn,
  password,
  outcomeOf,
  auditEventsOf,
  wholeDatabase,
  type Member,
} from '../../../support/retention.js';

let app: TestApp;

useTestApp(
  (started) => {
    app = started;
  },
  { settings: { rateLimit: { register: { points: 1000 } } } },
);

let sequence = 0;
let name: string;
beforeEach(() => {
  sequence += 1;
  name = `leaver${String(sequence)}`;
});

const leave = (member: Member, given = password, headers = {}): Promise<string> =>
  app.send('DELETE', '/api/v1/users/me', { token: member.token, body: { password: given }, headers }).then(outcomeOf);

describe('deleting the current user', () => {
  it('ends the account, its sessions and its emailed tokens immediately, with audit events', async () => {
    const member = await join(app, name);
    const elsewhere = await enter(app, name);
    expect(await leave(member)).toBe('204');
    for (const { token } of [member, elsewhere]) {
      expect(outcomeOf(await app.send('GET', '/api/v1/users/me', { token }))).toBe('401 invalid_token');
    }
    expect(outcomeOf(await logIn(app, name))).toBe('401 invalid_credentials');
    expect((await auditEventsOf(app, member.id)).filter((line) => line.startsWith('user.deleted'))).toEqual([
      'user.deleted success',
    ]);
  });

  it('requires the password, and counts a wrong one as a failed login', async () => {
    const member = await join(app, name);
    const answers: string[] = [];
    for (let attempt = 0; attempt < 6; attempt += 1) answers.push(await leave(member, 'not my password at all'));
    expect(answers).toEqual([...Array<string>(5).fill('403 wrong_password'), '429 too_many_attempts']);
    expect(await leave(member)).toBe('429 too_many_attempts');
    expect(outcomeOf(await logIn(app, name))).toBe('429 too_many_attempts');
    expect(await auditEventsOf(app, member.id)).toContain('user.locked_out failure');
    expect(outcomeOf(await app.send('GET', '/api/v1/users/me', { token: member.token }))).toBe('200');
  });

  it.each([
    [{}, '422 validation_failed'],
    [{ password: 1 }, '422 validation_failed'],
    [{ password, deleted_at: null }, '422 validation_failed'],
  ])('rejects the body %j', async (body, answer) => {
    const member = await join(app, name);
    expect(outcomeOf(await app.send('DELETE', '/api/v1/users/me', { token: member.token, body }))).toBe(answer);
  });

  it('respects If-Match', async () => {
    const member = await join(app, name);
    expect(await leave(member, password, { 'If-Match': '"999"' })).toBe('412 precondition_failed');
    const { headers } = await app.send('GET', '/api/v1/users/me', { token: member.token });
    expect(await leave(member, password, { 'If-Match': headers.get('ETag') ?? '' })).toBe('204');
  });

  it('is not possible for the last administrator; of two concurrent requests, one is rejected', async () => {
    const first = await joinAdmin(app, `${name}-a`);
    expect(await leave(first)).toBe('409 last_admin');
    const second = await joinAdmin(app, `${name}-b`);
    const answers = await Promise.all([leave(first), leave(second)]);
    expect(answers.sort()).toEqual(['204', '409 last_admin']);
  });
});

describe('erasure', () => {
  it('happens after the grace time, not before, and releases the username', async () => {
    const member = await join(app, name);
    expect(await leave(member)).toBe('204');
    const register = async (): Promise<string> =>
      outcomeOf(await app.send('POST', '/api/v1/auth/register', { body: { username: name.toUpperCase(), password } }));
    app.clock.advance(29 * day);
    await eraseOverdueAccounts(app.services);
    expect(await register()).toBe('409 username_taken');
    app.clock.advance(1 * day + 1000);
    expect(await eraseOverdueAccounts(app.services)).toBeGreaterThanOrEqual(1);
    expect(await auditEventsOf(app, member.id)).toContain('user.erased success');
    expect(await register()).toBe('201');
  });

  it('applies a grace time that was changed after the deletion', async () => {
    const member = await join(app, name);
    expect(await leave(member)).toBe('204');
    await eraseOverdueAccounts(app.services);
    expect(await auditEventsOf(app, member.id)).not.toContain('user.erased success');
    await app.configure({ users: { deletionGrace: '1s' }, rateLimit: { register: { points: 1000 } } });
    app.clock.advance(1001);
    expect(await eraseOverdueAccounts(app.services)).toBe(1);
    await app.configure({ rateLimit: { register: { points: 1000 } } });
    expect(await auditEventsOf(app, member.id)).toContain('user.erased success');
  });

  it('leaves only opaque ids of the user', async () => {
    const agent = 'Mozilla/5.0 (only one has this)';
    const email = `${name}@example.org`;
    const headers = { 'User-Agent': agent, 'Idempotency-Key': `key-${name}` };
    const body = { username: name, password, email, description: `I am ${name}` };
    expect(outcomeOf(await app.send('POST', '/api/v1/auth/register', { body, headers }))).toBe('201');
    const { body: tokens } = await app.send('POST', '/api/v1/auth/login', {
      body: { username: name, password },
      headers: { 'User-Agent': agent },
    });
    const { access_token: token, user } = tokens as { access_token: string; user: { id: string } };
    await app.send('GET', '/api/v1/greet', { token });
    await app.send('PATCH', '/api/v1/users/me', { token, body: { metadata: { nickname: name } } });
    await app.send('POST', '/api/v1/auth/password-reset/request', {
      body: { username: name },
      headers: { 'User-Agent': agent },
    });
    await app.services.db.knex('users').where({ id: user.id }).update({ email_verified: true });
    const change = { email: `${name}@elsewhere.example`, current_password: password };
    expect(outcomeOf(await app.send('PATCH', '/api/v1/users/me', { token, body: change }))).toBe('200');
    await app.send('POST', '/api/v1/auth/magic-link/request', { body: { email }, headers: { 'User-Agent': agent } });
    expect(await leave({ id: user.id, username: name, token })).toBe('204');
    expect(await wholeDatabase(app)).toContain(name);
    app.clock.advance(31 * day);
    await eraseOverdueAccounts(app.services);
    const left = (await wholeDatabase(app)).split('\n').filter((line) => line.includes(user.id));
    expect(left.length).toBeGreaterThan(4);
    expect(left.filter((line) => !line.startsWith('audit_events: '))).toEqual([]);
    const all = await wholeDatabase(app);
    for (const trace of [name, agent]) expect(all).not.toContain(trace);
    expect(left.join('\n')).not.toContain('127.0.0.1');
  });

  it('skips a restored account', async () => {
    const member = await join(app, name);
    await leave(member);
    await app.services.db.knex('users').where({ id: member.id }).update({ deleted_at: null });
    app.clock.advance(31 * day);
    await eraseOverdueAccounts(app.services);
    expect(outcomeOf(await logIn(app, name))).toBe('200');
  });

  it('erases each account once when two instances run it', async () => {
    const members = await Promise.all(Array.from({ length: 8 }, (_, index) => join(app, `${name}-${String(index)}`)));
    for (const member of members) await leave(member);
    app.clock.advance(31 * day);
    const counts = await Promise.all([eraseOverdueAccounts(app.services), eraseOverdueAccounts(app.services)]);
    expect(counts[0] + counts[1]).toBe(members.length);
    for (const { id } of members) {
      expect((await auditEventsOf(app, id)).filter((line) => line === 'user.erased success')).toHaveLength(1);
    }
  });
});

describe('the audit log', () => {
  it('allows no other change, not even of the IP addresses of existing users', async () => {
    const member = await join(app, name);
    const { knex } = app.services.db;
    const attempt = (changes: object): PromiseLike<unknown> =>
      knex('audit_events')
        .where({ subject_id: member.id })
        .update(changes)
        .then(
          () => 'changed',
          (error: unknown) => (error as { code: string }).code,
        );
    expect(await attempt({ ip_address: null, user_agent: null })).toBe('42501');
    await knex('users').where({ id: member.id }).delete();
    for (const changes of [
      { ip_address: null, user_agent: null, action: 'x' },
      { ip_address: null, user_agent: null, details: '{}' },
      { ip_address: '10.0.0.1', user_agent: null },
      { user_agent: 'x' },
    ]) {
      expect(await attempt(changes)).toBe('42501');
    }
    expect(await attempt({ ip_address: null, user_agent: null })).toBe('changed');
    expect(
      await knex('audit_events')
        .where({ subject_id: member.id })
        .del()
        .then(
          () => 'gone',
          () => 'refused',
        ),
    ).toBe('refused');
  });
});
