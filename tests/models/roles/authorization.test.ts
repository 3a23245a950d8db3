import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApp, withoutRateLimits, useTestApp } from '../../support/test-app.js';
import { adminUserOf, codeOf, createUser, createRole, type TestUser } from '../../support/admin-users.js';

let app: TestApp;
let other: TestApp;
let admin: TestUser;

const users = '/api/v1/admin/users';

/** What one account does to another: a method, what follows the path of the account, and a body. */
interface Act {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** Everything that one account can do to another, with a body that would work. */
const acts: readonly Act[] = [
  { method: 'PATCH', path: '', body: { description: 'hacked' } },
  { method: 'PATCH', path: '', body: { status: 'blocked' } },
  { method: 'DELETE', path: '' },
  { method: 'POST', path: '/restore' },
  { method: 'POST', path: '/erase' },
  { method: 'POST', path: '/password-reset' },
  { method: 'GET', path: '/sessions' },
  { method: 'DELETE', path: '/sessions' },
  { method: 'PUT', path: '/roles', body: { roles: ['user'] } },
];

useTestApp(
  (started) => {
    app = started;
  },
  { settings: withoutRateLimits },
);
beforeAll(async () => {
  other = await TestApp.start({ databaseUrl: app.databaseUrl, settings: withoutRateLimits });
  return () => other.close();
});

beforeEach(async () => {
  await app.services.db.knex('users').delete();
  admin = await createUser(app, ['user', 'admin']);
});

describe('limits of an administrator’s own permissions', () => {
  it.each(acts)('$method …$path of an administrator', async ({ method, path, body }) => {
    const role = await createRole(app, ['users:read', 'users:write', 'users:delete', 'roles:write']);
    const helper = await createUser(app, ['user', role]);
    const request = { token: helper.token, ...(body !== undefined && { body }) };
    expect(codeOf(await app.send(method, `${users}/${admin.id}${path}`, request))).toBe('forbidden');
    expect((await app.send('GET', '/api/v1/users/me', { token: admin.token })).status).toBe(200);
    const peer = await createUser(app, ['user', role]);
    expect((await app.send(method, `${users}/${peer.id}${path}`, request)).status).toBeLessThan(300);
  });

  it('reject the assignment of a role with further permissions', async () => {
    const role = await createRole(app, ['users:write', 'roles:read', 'roles:write']);
    const { token, id } = await createUser(app, ['user', role]);
    for (const roles of [['admin'], ['user', 'support']]) {
      expect(codeOf(await app.send('POST', users, { token, body: { username: 'puppet', roles } }))).toBe('forbidden');
      expect(codeOf(await app.send('PUT', `${users}/${id}/roles`, { token, body: { roles } }))).toBe('forbidden');
    }
    expect((await app.send('POST', users, { token, body: { username: 'puppet', roles: [role] } })).status).toBe(201);
  });

  it('rejects adding further permissions to a role, also to a role of the actor', async () => {
    const role = await createRole(app, ['roles:read', 'roles:write']);
    const stronger = await createRole(app, ['roles:read', 'keys:write']);
    const { token } = await createUser(app, ['user', role]);
    const roles = '/api/v1/admin/roles';
    const permissions = ['roles:read', 'users:delete'];
    expect(codeOf(await app.send('POST', roles, { token, body: { name: 'strong', permissions } }))).toBe('forbidden');
    expect(codeOf(await app.send('PATCH', `${roles}/${role}`, { token, body: { permissions } }))).toBe('forbidden');
    expect(codeOf(await app.send('PATCH', `${roles}/${stronger}`, { token, body: { permissions: [] } }))).toBe(
      'forbidden',
    );
    expect(codeOf(await app.send('DELETE', `${roles}/${stronger}`, { token }))).toBe('forbidden');
    expect((await app.send('POST', roles, { token, body: { name: 'weak', permissions: ['roles:read'] } })).status).toBe(
      201,
    );
  });
});

describe('the last administrator', () => {
  const takeaways: readonly Act[] = [
    { method: 'DELETE', path: '' },
    { method: 'POST', path: '/erase' },
    { method: 'PATCH', path: '', body: { status: 'blocked' } },
    { method: 'PUT', path: '/roles', body: { roles: ['user'] } },
  ];

  it.each(takeaways)('remains: $method …$path', async ({ method, path, body }) => {
    const request = { token: admin.token, ...(body !== undefined && { body }) };
    const answer = await app.send(method, `${users}/${admin.id}${path}`, request);
    expect([answer.status, codeOf(answer)]).toEqual([409, 'last_admin']);
    const me = await app.send('GET', '/api/v1/users/me', { token: admin.token });
    expect(me.body).toMatchObject({ roles: ['admin', 'user'], status: 'active' });
  });

  it('is never a blocked or deleted user', async () => {
    const blocked = await createUser(app, ['user', 'admin']);
    const deleted = await createUser(app, ['user', 'admin']);
    const { token } = admin;
    await app.send('PATCH', `${users}/${blocked.id}`, { token, body: { status: 'blocked' } });
    await app.send('DELETE', `${users}/${deleted.id}`, { token });
    expect(codeOf(await app.send('DELETE', `${users}/${admin.id}`, { token }))).toBe('last_admin');
    await app.send('PATCH', `${users}/${blocked.id}`, { token, body: { status: 'active' } });
    expect((await app.send('DELETE', `${users}/${admin.id}`, { token })).status).toBe(204);
  });

  it('remains if all are removed concurrently on two instances, each in another way', async () => {
    for (let round = 0; round < 8; round += 1) {
      await app.services.db.knex('users').delete();
      const admins = await Promise.all(Array.from({ length: 6 }, () => createUser(app, ['user', 'admin'])));
      const answers = await Promise.all(
        admins.map(({ id }, index) => {
          const { method, path, body } = takeaways[index % takeaways.length] ?? { method: 'DELETE', path: '' };
          const { token } = admins[(index + 1) % admins.length] ?? admin;
          const request = { token, ...(body !== undefined && { body }) };
          return (index % 2 === 0 ? app : other).send(method, `${users}/${id}${path}`, request);
        }),
      );
      const { rows } = await app.services.db.knex.raw<{ rows: { active: number }[] }>(
        `SELECT count(*)::int AS active FROM users u JOIN user_roles ur ON ur.user_id = u.id JOIN roles r ON r.id = ur.role_id
          WHERE r.name = 'admin' AND u.deleted_at IS NULL AND u.status = 'active'`,
      );
      expect(rows[0]?.active).toBeGreaterThanOrEqual(1);
      expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    }
  });
});

describe('roles that change', () => {
  it('take effect on the next request on the other instance, and the session stays active', async () => {
    const user = await createUser(app);
    const path = `${users}/${user.id}/roles`;
    for (let round = 0; round < 10; round += 1) {
      const given = await app.send('PUT', path, { token: admin.token, body: { roles: ['user', 'support'] } });
      expect(adminUserOf(given).roles).toEqual(['support', 'user']);
      expect((await other.send('GET', users, { token: user.token })).status).toBe(200);
      expect((await other.send('GET', '/api/v1/users/me', { token: user.token })).body).toMatchObject({
        roles: ['support', 'user'],
      });
      await app.send('PUT', path, { token: admin.token, body: { roles: ['user'] } });
      expect(codeOf(await other.send('GET', users, { token: user.token }))).toBe('forbidden');
      expect((await other.send('GET', '/api/v1/users/me', { token: user.token })).body).toMatchObject({
        roles: ['user'],
      });
    }
  });

  it('leave no request with stale permissions while they are being revoked', async () => {
    const user = await createUser(app, ['user', 'support']);
    let answered = false;
    const late: number[] = [];
    const loop = async (): Promise<void> => {
      for (let more = 20; more > 0;) {
        const wasAnswered = answered;
        const { status } = await other.send('GET', `${users}?limit=1`, { token: user.token });
        if (wasAnswered) {
          late.push(status);
          more -= 1;
        }
      }
    };
    const loops = [loop(), loop(), loop()];
    await app.send('PUT', `${users}/${user.id}/roles`, { token: admin.token, body: { roles: [] } });
    answered = true;
    await Promise.all(loops);
    expect(new Set(late)).toEqual(new Set([403]));
  });
});
