import { describe, expect, it } from 'vitest';
import { type TestResponse, type TestApp } from '../../support/test-app.js';
import {
  adminUserOf,
  codeOf,
  errorsOf,
  createUser,
  openSession,
  sendAs,
  type TestUser,
  auditActionsOf,
  useAdministrator,
} from '../../support/admin-users.js';

let app: TestApp;
let admin: TestUser;

const users = '/api/v1/admin/users';
const asAdmin = (method: string, path: string, body?: unknown, headers = {}): Promise<TestResponse> =>
  sendAs(app, admin, method, path, body, headers);

useAdministrator((started, created) => {
  app = started;
  admin = created;
});

describe('an account', () => {
  it('is shown with an entity tag, updated if the tag matches, and not updated if the tag is stale', async () => {
    const user = await createUser(app);
    const shown = await asAdmin('GET', `${users}/${user.id}`);
    expect(adminUserOf(shown)).toMatchObject({
      id: user.id,
      blocked_reason: null,
      blocked_until: null,
      deleted_at: null,
    });
    const tag = shown.headers.get('etag') ?? '';
    const patch = { email: 'new@example.org', current_goal: 'to be found', metadata: { a: 1 } };
    const changed = await asAdmin('PATCH', `${users}/${user.id}`, patch, { 'If-Match': tag });
    expect(changed.status).toBe(200);
    expect(adminUserOf(changed)).toMatchObject({ ...patch, email_verified: false });
    expect(codeOf(await asAdmin('PATCH', `${users}/${user.id}`, patch, { 'If-Match': tag }))).toBe(
      'precondition_failed',
    );
    expect(codeOf(await asAdmin('DELETE', `${users}/${user.id}`, undefined, { 'If-Match': tag }))).toBe(
      'precondition_failed',
    );
    const again = await asAdmin('GET', `${users}/${user.id}`);
    expect(again.headers.get('etag')).toBe(changed.headers.get('etag'));
    expect(await auditActionsOf(app, user.id)).toEqual(['user.updated', 'user.email_changed']);
  });

  it.each(['01900000-0000-7000-8000-00000000dead', 'me', '%00', 'x'.repeat(4000)])(
    'is not found with an invalid id (case %#)',
    async (id) => {
      for (const [method, path] of [
        ['GET', ''],
        ['PATCH', ''],
        ['DELETE', ''],
        ['POST', '/restore'],
        ['POST', '/erase'],
        ['POST', '/password-reset'],
        ['GET', '/sessions'],
        ['DELETE', '/sessions'],
      ] as const) {
        const answer = await asAdmin(
          method,
          `${users}/${id}${path}`,
          undefined,
          method === 'POST' ? { 'Idempotency-Key': 'k' } : {},
        );
        expect([method, path, answer.status, codeOf(answer)]).toEqual([method, path, 404, 'not_found']);
      }
    },
  );

  it('rejects every other field, in both spellings', async () => {
    const user = await createUser(app);
    const hidden = [
      'id',
      'username',
      'email_verified',
      'emailVerified',
      'password',
      'password_hash',
      'passwordHash',
      'roles',
      'version',
      'created_at',
      'createdAt',
      'updated_at',
      'updatedAt',
      'last_login_at',
      'lastLoginAt',
      'deleted_at',
      'deletedAt',
      'blockedReason',
      'blockedUntil',
      'currentGoal',
    ];
    const answer = await asAdmin('PATCH', `${users}/${user.id}`, Object.fromEntries(hidden.map((name) => [name, 'x'])));
    expect([answer.status, errorsOf(answer).sort()]).toEqual([
      422,
      hidden.map((name) => `/${name} unknown_field`).sort(),
    ]);
    expect(errorsOf(await asAdmin('PATCH', `${users}/${user.id}`, { status: 'deleted' }))).toEqual(['/status invalid']);
  });

  it('is blocked with a reason until a time, and its tokens are rejected immediately', async () => {
    const user = await createUser(app);
    const path = `${users}/${user.id}`;
    const until = new Date(app.clock.now().getTime() + 3_600_000).toISOString();
    const blocked = await asAdmin('PATCH', path, { status: 'blocked', blocked_reason: 'spam', blocked_until: until });
    expect(adminUserOf(blocked)).toMatchObject({ status: 'blocked', blocked_reason: 'spam', blocked_until: until });
    expect(codeOf(await app.send('GET', '/api/v1/users/me', { token: user.token }))).toBe('invalid_token');
    const kept = await asAdmin('PATCH', path, { status: 'blocked', blocked_reason: 'more spam' });
    expect(adminUserOf(kept)).toMatchObject({ blocked_reason: 'more spam', blocked_until: until });
    const free = await asAdmin('PATCH', path, { status: 'active' });
    expect(adminUserOf(free)).toMatchObject({ status: 'active', blocked_reason: null, blocked_until: null });
    const token = await openSession(app, user);
    expect((await app.send('GET', '/api/v1/users/me', { token })).status).toBe(200);
    expect(await auditActionsOf(app, user.id)).toEqual([
      'user.blocked',
      'session.ended',
      'user.blocked',
      'user.unblocked',
    ]);
  });

  it('does not show a block that has expired', async () => {
    const user = await createUser(app);
    const until = new Date(app.clock.now().getTime() + 60_000).toISOString();
    await asAdmin('PATCH', `${users}/${user.id}`, { status: 'blocked', blocked_until: until });
    app.clock.advance(61_000);
    const token = await openSession(app, admin);
    const shown = await app.send('GET', `${users}/${user.id}`, { token });
    expect(adminUserOf(shown)).toMatchObject({ status: 'active', blocked_until: null });
    const found = await app.send('GET', `${users}?status=blocked&q=${user.username}`, { token });
    expect((found.body as { data: unknown[] }).data).toEqual([]);
  });

  it('is no longer blocked once its owner has logged in after the time', async () => {
    const passwordHash = await app.services.passwords.hash('a good long password', app.services.config.current);
    const user = await createUser(app, ['user'], { passwordHash });
    const token = await openSession(app, admin);
    const until = new Date(app.clock.now().getTime() + 60_000).toISOString();
    await app.send('PATCH', `${users}/${user.id}`, { token, body: { status: 'blocked', blocked_until: until } });
    const login = { body: { username: user.username, password: 'a good long password' } };
    expect(codeOf(await app.send('POST', '/api/v1/auth/login', login))).toBe('invalid_credentials');
    app.clock.advance(61_000);
    const answer = await app.send('POST', '/api/v1/auth/login', login);
    expect(answer.body).toMatchObject({ user: { status: 'active' } });
    expect((await auditActionsOf(app, user.id)).slice(-2)).toEqual(['user.unblocked', 'user.login']);
  });

  it.each([
    [{ blocked_reason: 'x' }, ['/blocked_reason not_blocked']],
    [{ status: 'active', blocked_until: '2099-01-01T00:00:00Z' }, ['/blocked_until not_blocked']],
    [{ status: 'blocked', blocked_until: '2001-01-01T00:00:00Z' }, ['/blocked_until in_the_past']],
    [{ status: 'blocked', blocked_until: 'tomorrow' }, ['/blocked_until invalid_format']],
    [{ status: 'blocked', blocked_reason: 'x'.repeat(501) }, ['/blocked_reason too_long']],
  ])('cannot be blocked by an invalid request (case %#)', async (body, errors) => {
    const user = await createUser(app);
    expect(errorsOf(await asAdmin('PATCH', `${users}/${user.id}`, body))).toEqual(errors);
  });

  it('is deleted, restored, and erased except for its id in the audit log', async () => {
    const email = 'gone@example.org';
    const user = await createUser(app, ['user'], { email });
    const path = `${users}/${user.id}`;
    expect((await asAdmin('DELETE', path)).status).toBe(204);
    expect((await asAdmin('DELETE', path)).status).toBe(204);
    expect(codeOf(await app.send('GET', '/api/v1/users/me', { token: user.token }))).toBe('invalid_token');
    expect(adminUserOf(await asAdmin('GET', path)).status).toBe('deleted');
    expect(codeOf(await asAdmin('POST', users, { username: user.username }))).toBe('username_taken');
    expect(codeOf(await asAdmin('POST', `${path}/password-reset`))).toBe('not_found');
    expect(adminUserOf(await asAdmin('POST', `${path}/restore`))).toMatchObject({ status: 'active', deleted_at: null });
    expect((await asAdmin('POST', `${path}/restore`)).status).toBe(200);
    expect((await asAdmin('POST', `${path}/erase`)).status).toBe(204);
    expect((await asAdmin('GET', path)).status).toBe(404);
    expect((await asAdmin('POST', users, { username: user.username })).status).toBe(201);
    expect(await auditActionsOf(app, user.id)).toEqual([
      'user.deleted',
      'session.ended',
      'user.restored',
      'user.erased',
    ]);
    const { rows } = await app.services.db.knex.raw<{ rows: unknown[] }>(
      'SELECT * FROM audit_events WHERE subject_id = ?',
      [user.id],
    );
    expect(JSON.stringify(rows)).not.toContain(user.username);
    expect(JSON.stringify(rows)).not.toContain(email);
  });

  it('has sessions that are listed and ended', async () => {
    const user = await createUser(app);
    await openSession(app, user);
    const list = await asAdmin('GET', `${users}/${user.id}/sessions?limit=1`);
    expect(list.body).toMatchObject({ data: [{ current: false }], next_cursor: expect.any(String) as string });
    expect((await asAdmin('DELETE', `${users}/${user.id}/sessions`)).status).toBe(204);
    expect(codeOf(await app.send('GET', '/api/v1/users/me', { token: user.token }))).toBe('invalid_token');
    expect((await asAdmin('GET', `${users}/${user.id}/sessions`)).body).toEqual({ data: [], next_cursor: null });
    expect(await auditActionsOf(app, user.id)).toEqual(['session.ended', 'session.ended']);
  });

  it('gets a reset token that is shown once, also if two accounts share an idempotency key', async () => {
    const [one, other] = [await createUser(app), await createUser(app)];
    const key = { 'Idempotency-Key': 'reset' };
    const first = await asAdmin('POST', `${users}/${one.id}/password-reset`, undefined, key);
    expect(first.status).toBe(201);
    const replayed = await asAdmin('POST', `${users}/${one.id}/password-reset`, undefined, key);
    expect(replayed.body).toEqual({ ...(first.body as object), token: null });
    expect(codeOf(await asAdmin('POST', `${users}/${other.id}/password-reset`, undefined, key))).toBe(
      'idempotency_key_reused',
    );
    expect(await auditActionsOf(app, one.id)).toEqual(['user.password_reset_requested']);
  });
});

describe('an invalid change', () => {
  const past = { status: 'blocked', blocked_until: '2000-01-01T00:00:00Z' };

  it.each([
    ['POST', '', { username: 'a', roles: ['user', 'nobody'] }, ['/roles/1 unknown_role', '/username too_short']],
    ['PATCH', '/:id', { ...past, x: 1 }, ['/blocked_until in_the_past', '/x unknown_field']],
    ['PUT', '/:id/roles', { roles: ['nobody'], x: 1 }, ['/roles/0 unknown_role', '/x unknown_field']],
  ])('is rejected with all its errors: %s %s %o', async (method, path, body, expected) => {
    const { id } = await createUser(app);
    const response = await asAdmin(method, users + path.replace(':id', id), body);
    expect(errorsOf(response).sort()).toEqual(expected);
  });

  it.each([
    ['PATCH', '', past, ['/blocked_until in_the_past']],
    ['PUT', '/roles', { roles: ['nobody'] }, ['/roles/0 unknown_role']],
  ])('is rejected even if the account does not exist: %s %s %o', async (method, path, body, expected) => {
    const response = await asAdmin(method, `${users}/0197a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b${path}`, body);
    expect(errorsOf(response)).toEqual(expected);
  });
});
