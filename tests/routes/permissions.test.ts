import { createHmac, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtinRoles } from '../../src/contract/permission.js';
import { allEndpoints } from '../../src/routes/index.js';
import { withoutRateLimits, useTestApp, type TestApp } from '../support/test-app.js';
import { codeOf, createUser, openSession, type TestUser } from '../support/admin-users.js';

let app: TestApp;
let target: TestUser;

useTestApp(
  (started) => {
    app = started;
  },
  { settings: { ...withoutRateLimits, api: { v2Enabled: true } } },
);
beforeAll(async () => {
  target = await createUser(app);
});

type Outcome = 'allowed' | 'unauthorized' | 'invalid_token' | 'forbidden';

/** A caller: how to get the token (undefined sends none), and the permissions of its account; null for an invalid token. */
interface Caller {
  readonly token: () => Promise<string | undefined>;
  readonly rights: readonly string[] | null;
}

const withRoles =
  (...roles: string[]) =>
  async (): Promise<string> =>
    (await createUser(app, roles)).token;

/** A good token of an administrator whose account is changed afterwards. */
const administratorAfter = (change: object) => async (): Promise<string> => {
  const { id, token } = await createUser(app, ['user', 'admin']);
  await app.services.db.knex('users').where({ id }).update(change);
  return token;
};

/** A good token of an administrator with another header or other claims, signed with a key of the forger's. */
const forged =
  (header: object, claims: object, key = 'a key that nobody has') =>
  async (): Promise<string> => {
    const { token } = await createUser(app, ['user', 'admin']);
    const [head = '', body = ''] = token.split('.');
    const parse = (part: string): object => JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${encode({ ...parse(head), ...header })}.${encode({ ...parse(body), ...claims })}`;
    return `${text}.${key === '' ? '' : createHmac('sha256', key).update(text).digest('base64url')}`;
  };

const expired = async (): Promise<string> => {
  const admin = await createUser(app, ['user', 'admin']);
  app.clock.advance(16 * 60_000);
  await openSession(app, admin);
  return admin.token;
};

const callers: Readonly<Record<string, Caller>> = {
  nobody: { token: () => Promise.resolve(undefined), rights: null },
  user: { token: withRoles('user'), rights: builtinRoles.user },
  'the person itself': { token: () => Promise.resolve(target.token), rights: builtinRoles.user },
  support: { token: withRoles('user', 'support'), rights: builtinRoles.support },
  admin: { token: withRoles('user', 'admin'), rights: builtinRoles.admin },
  'blocked admin': { token: administratorAfter({ status: 'blocked' }), rights: null },
  'deleted admin': { token: administratorAfter({ deleted_at: new Date(0) }), rights: null },
  'expired token': { token: expired, rights: null },
  'forged signature': { token: forged({}, {}), rights: null },
  'forged role': { token: forged({}, { roles: ['admin'] }), rights: null },
  'algorithm none': { token: forged({ alg: 'none' }, {}, ''), rights: null },
  'unknown key': { token: forged({ kid: randomUUID() }, {}), rights: null },
  'no token at all': { token: () => Promise.resolve('x.y.z'), rights: null },
};

const endpoints = allEndpoints();
const pathFor = (path: string): string =>
  path
    .replaceAll(':id', target.id)
    .replaceAll(':kid', target.id)
    .replaceAll(':name', 'user')
    .replaceAll(':asset', 'nothing.js');

const expectedFor = (
  { module, caller, permission }: (typeof endpoints)[number],
  name: string,
  { rights }: Caller,
): Outcome => {
  if (caller === 'anyone') return 'allowed';
  if (name === 'nobody') return caller === 'optional' ? 'allowed' : 'unauthorized';
  if (name === 'expired token' && module === 'auth/logout') return 'allowed';
  if (rights === null) return 'invalid_token';
  return permission === undefined || rights.includes(permission) ? 'allowed' : 'forbidden';
};

describe.each(Object.entries(callers))('%s', (name, caller) => {
  let token: string | undefined;
  beforeAll(async () => {
    token = await caller.token();
  });

  it.each(endpoints.map((endpoint) => [endpoint.method, endpoint.path, endpoint] as const))(
    '%s %s',
    async (method, path, endpoint) => {
      // A field that no body has: who is let in changes nothing, since validation comes after the question of rights.
      const body = method === 'GET' ? {} : { body: { no_such_field: true } };
      const answer = await app.send(method, pathFor(path), { ...(token !== undefined && { token }), ...body });
      const expected = expectedFor(endpoint, name, caller);
      const found = [401, 403].includes(answer.status) ? codeOf(answer) : 'allowed';
      expect([answer.status, found]).toEqual([answer.status, expected]);
      expect(answer.status).toBeLessThan(500);
      const challenge =
        { unauthorized: 'Bearer', invalid_token: 'Bearer error="invalid_token"' }[expected as string] ?? null;
      expect(answer.headers.get('www-authenticate')).toBe(challenge);
    },
  );
});

describe('permissions', () => {
  it('are required by every administration route but the one that lists them', () => {
    const open = endpoints.filter(
      ({ path, permission }) => path.startsWith('/api/v1/admin') && permission === undefined,
    );
    expect(open.map(({ path }) => path)).toEqual(['/api/v1/admin/me']);
  });

  it('are not asked about for paths that do not exist', async () => {
    for (const path of [
      '/api/v1/admin',
      '/api/v1/admin/',
      '/api/v1/admin/nothing',
      '/api/v1/admin/users/',
      '/API/v1/admin/users',
    ]) {
      expect([path, (await app.send('GET', path)).status]).toEqual([path, 404]);
    }
    expect((await app.send('PUT', '/api/v1/admin/users')).status).toBe(405);
  });
});
