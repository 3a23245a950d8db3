import { describe, expect, it } from 'vitest';
import { type TestResponse, type TestApp } from '../../support/test-app.js';
import {
  codeOf,
  errorsOf,
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

interface Created {
  readonly user: { readonly id: string; readonly username: string };
  readonly token: string | null;
  readonly expires_at: string;
}

describe('creating', () => {
  it('creates an account whose owner can set the password with the token, once', async () => {
    const body = {
      username: 'Grace',
      description: 'Rear admiral',
      metadata: { ship: 'Hopper' },
      roles: ['user', 'support'],
    };
    const answer = await asAdmin('POST', users, body);
    const { user, token, expires_at: expiresAt } = answer.body as Created;
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`${users}/${user.id}`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(user).toMatchObject({
      username: 'Grace',
      roles: ['support', 'user'],
      metadata: { ship: 'Hopper' },
      status: 'active',
    });
    expect(Date.parse(expiresAt)).toBeGreaterThan(app.clock.now().getTime());
    const completion = { token, new_password: 'a ship in port is safe' };
    expect((await app.send('POST', '/api/v1/auth/password-reset/complete', { body: completion })).status).toBe(204);
    expect(codeOf(await app.send('POST', '/api/v1/auth/password-reset/complete', { body: completion }))).toBe(
      'invalid_token',
    );
    const login = { username: 'grace', password: 'a ship in port is safe' };
    expect((await app.send('POST', '/api/v1/auth/login', { body: login })).status).toBe(200);
    expect(await auditActionsOf(app, user.id)).toEqual(['user.created', 'user.password_reset', 'user.login']);
  });

  it('replays an answer without the token', async () => {
    const key = { 'Idempotency-Key': 'make-mary' };
    const first = await asAdmin('POST', users, { username: 'Mary' }, key);
    const second = await asAdmin('POST', users, { username: 'Mary' }, key);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect((first.body as Created).token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(second.body).toEqual({ ...(first.body as Created), token: null });
    const { rows } = await app.services.db.knex.raw<{ rows: unknown[] }>('SELECT * FROM idempotency_keys');
    expect(JSON.stringify(rows)).not.toContain((first.body as Created).token);
    expect(codeOf(await asAdmin('POST', users, { username: 'Other' }, key))).toBe('idempotency_key_reused');
  });

  it('rejects names that are taken, unknown roles and unknown fields', async () => {
    expect(codeOf(await asAdmin('POST', users, { username: admin.username.toUpperCase() }))).toBe('username_taken');
    expect(errorsOf(await asAdmin('POST', users, { username: 'nora', roles: ['user', 'boss'] }))).toEqual([
      '/roles/1 unknown_role',
    ]);
    const hidden = [
      'id',
      'status',
      'password',
      'password_hash',
      'passwordHash',
      'email_verified',
      'version',
      'created_at',
      'deleted_at',
    ];
    const answer = await asAdmin('POST', users, {
      username: 'nora',
      ...Object.fromEntries(hidden.map((name) => [name, null])),
    });
    expect(errorsOf(answer).sort()).toEqual(hidden.map((name) => `/${name} unknown_field`).sort());
  });
});
