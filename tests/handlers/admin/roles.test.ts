import { describe, expect, it } from 'vitest';
import { builtinRoles, permissions } from '../../../src/contract/permission.js';
import { type TestResponse, type TestApp } from '../../support/test-app.js';
import { codeOf, errorsOf, createUser, sendAs, type TestUser, useAdministrator } from '../../support/admin-users.js';

let app: TestApp;
let admin: TestUser;

const roles = '/api/v1/admin/roles';
const asAdmin = (method: string, path: string, body?: unknown, headers = {}): Promise<TestResponse> =>
  sendAs(app, admin, method, path, body, headers);

useAdministrator((started, created) => {
  app = started;
  admin = created;
});

interface Listed {
  readonly data: readonly {
    readonly name: string;
    readonly permissions: readonly string[];
    readonly builtin: boolean;
  }[];
}

describe('roles', () => {
  it('include the built-in ones of the contract', async () => {
    const { data } = (await asAdmin('GET', roles)).body as Listed;
    const found = Object.fromEntries(data.map((role) => [role.name, role.permissions]));
    const wanted = Object.entries(builtinRoles).map(([name, held]) => [name, [...held].sort()]);
    expect(found).toEqual(Object.fromEntries(wanted));
    expect(data.every(({ builtin }) => builtin)).toBe(true);
    const listed = (await asAdmin('GET', '/api/v1/admin/permissions?limit=100')).body as Listed;
    expect(listed.data.map(({ name }) => name).sort()).toEqual([...permissions].sort());
  });

  it('are created, shown, changed and deleted, with audit events', async () => {
    const key = { 'Idempotency-Key': 'role' };
    const body = { name: 'auditor', description: 'Reads', permissions: ['audit:read'] };
    const first = await asAdmin('POST', roles, body, key);
    expect([first.status, first.body, first.headers.get('location')]).toEqual([
      201,
      { ...body, builtin: false },
      `${roles}/auditor`,
    ]);
    expect((await asAdmin('POST', roles, body, key)).body).toEqual(first.body);
    expect(codeOf(await asAdmin('POST', roles, body))).toBe('role_exists');
    expect(
      (await asAdmin('PATCH', `${roles}/auditor`, { permissions: ['users:read', 'audit:read'] })).body,
    ).toMatchObject({ description: 'Reads', permissions: ['audit:read', 'users:read'] });
    expect((await asAdmin('PATCH', `${roles}/auditor`, { description: '' })).body).toMatchObject({
      description: '',
      permissions: ['audit:read', 'users:read'],
    });
    expect((await asAdmin('GET', `${roles}/auditor`)).status).toBe(200);
    expect((await asAdmin('DELETE', `${roles}/auditor`)).status).toBe(204);
    expect(codeOf(await asAdmin('GET', `${roles}/auditor`))).toBe('not_found');
    const actions = await app.services.db
      .knex<{ action: string }>('audit_events')
      .where('action', 'like', 'role.%')
      .pluck('action');
    expect(actions.sort()).toEqual(['role.created', 'role.deleted', 'role.updated', 'role.updated']);
  });

  it('cannot be deleted while a user has them, and a new name appears in these users', async () => {
    await asAdmin('POST', roles, { name: 'editor', permissions: ['users:read'] });
    const user = await createUser(app, ['user', 'editor']);
    expect((await app.send('GET', '/api/v1/users/me', { token: user.token })).body).toMatchObject({
      roles: ['editor', 'user'],
    });
    expect(codeOf(await asAdmin('DELETE', `${roles}/editor`))).toBe('role_in_use');
    expect(codeOf(await asAdmin('PATCH', `${roles}/editor`, { name: 'support' }))).toBe('role_exists');
    expect((await asAdmin('PATCH', `${roles}/editor`, { name: 'writer' })).body).toMatchObject({
      name: 'writer',
      permissions: ['users:read'],
    });
    expect((await app.send('GET', '/api/v1/users/me', { token: user.token })).body).toMatchObject({
      roles: ['user', 'writer'],
    });
    await asAdmin('PATCH', `${roles}/writer`, { permissions: [] });
    expect(codeOf(await app.send('GET', '/api/v1/admin/users', { token: user.token }))).toBe('forbidden');
  });

  it.each(['user', 'support', 'admin'])('cannot be changed if they are built in: %s', async (name) => {
    expect(codeOf(await asAdmin('PATCH', `${roles}/${name}`, { permissions: [] }))).toBe('builtin_role');
    expect(codeOf(await asAdmin('DELETE', `${roles}/${name}`))).toBe('builtin_role');
    expect(codeOf(await asAdmin('POST', roles, { name }))).toBe('role_exists');
  });

  it.each(['nobody-has-it', '%00', 'A', '%F0%9F%98%80', 'a-name-that-is-longer-than-any-name-of-a-role-can-be'])(
    'are not found by %j',
    async (name) => {
      for (const method of ['GET', 'PATCH', 'DELETE']) {
        expect([404, 'not_found']).toEqual(
          await asAdmin(method, `${roles}/${name}`).then((answer) => [answer.status, codeOf(answer)]),
        );
      }
    },
  );

  it.each([
    [{}, '/name required'],
    [{ name: 'A' }, '/name too_short'],
    [{ name: '1st' }, '/name invalid_format'],
    [{ name: 'ok', permissions: ['users:read', 'everything'] }, '/permissions/1 invalid'],
    [{ name: 'ok', builtin: true }, '/builtin unknown_field'],
    [{ name: 'ok', description: 'x'.repeat(501) }, '/description too_long'],
  ])('are rejected if they are invalid (case %#)', async (body, fault) => {
    expect(errorsOf(await asAdmin('POST', roles, body))).toContain(fault);
  });

  it('are created once by two concurrent requests', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => asAdmin('POST', roles, { name: 'racer' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
  });

  it('are assigned completely or not at all while they are being removed', async () => {
    for (let round = 0; round < 10; round += 1) {
      const user = await createUser(app);
      await asAdmin('POST', roles, { name: 'brief' });
      const [given, removed] = await Promise.all([
        asAdmin('PUT', `/api/v1/admin/users/${user.id}/roles`, { roles: ['user', 'brief'] }),
        asAdmin('DELETE', `${roles}/brief`),
      ]);
      expect([
        [200, 409],
        [422, 204],
      ]).toContainEqual([given.status, removed.status]);
      await asAdmin('PUT', `/api/v1/admin/users/${user.id}/roles`, { roles: [] });
      await asAdmin('DELETE', `${roles}/brief`);
    }
  });
});

describe('the cache', () => {
  it('is flushed, unless it is disabled', async () => {
    await app.send('GET', '/api/v1/greet?name=Ada');
    const flushed = await asAdmin('POST', '/api/v1/admin/cache/flush');
    expect(flushed.body).toMatchObject({ flushed: true, items_flushed: expect.any(Number) as number });
    expect((flushed.body as { items_flushed: number }).items_flushed).toBeGreaterThan(0);
    expect((await app.send('GET', '/api/v1/greet?name=Ada')).headers.get('x-cache')).toBe('MISS');
    await app.configure({ rateLimit: { enabled: false }, cache: { enabled: false } });
    expect(codeOf(await asAdmin('POST', '/api/v1/admin/cache/flush'))).toBe('cache_disabled');
    const events = await app.services.db.knex('audit_events').where({ action: 'cache.flushed' });
    expect(events).toHaveLength(1);
  });
});
