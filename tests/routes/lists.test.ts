import { beforeAll, describe, expect, it } from 'vitest';
import { allEndpoints } from '../../src/routes/index.js';
import { createUser, type TestUser } from '../support/admin-users.js';
import { useTestApp, withoutRateLimits, type TestApp } from '../support/test-app.js';

let app: TestApp;
let admin: TestUser;
useTestApp((started) => (app = started), { settings: withoutRateLimits });
beforeAll(async () => {
  admin = await createUser(app, ['user', 'admin']);
});

/** The errors of a list for a query, as path and code. */
const errorsOf = async (path: string, query: string): Promise<string[]> => {
  const { body } = await app.send('GET', `${path.replace(':id', admin.id)}?${query}`, { token: admin.token });
  const { errors = [] } = body as { errors?: { path: string; code: string }[] };
  return errors.map((error) => `${error.path} ${error.code}`);
};

const cursorOf = (text: string): string => Buffer.from(text).toString('base64url');
const id = '01a1fcc3-f18c-7789-8a7f-000000000001';
const lists = allEndpoints().flatMap(({ path, query }) => (query && 'cursor' in query.shape ? [path] : []));

describe.each(lists)('the list %s', (path) => {
  it('reports an invalid cursor with the other errors of the query', async () => {
    const errors = await errorsOf(path, 'cursor=abc&limit=0&zz=1');
    expect(errors.sort()).toEqual(['/cursor invalid_cursor', '/limit invalid', '/zz unknown_field']);
  });

  it.each([
    'nothing',
    'zz',
    'zz|zz',
    `other_list|2026-01-01T00:00:00.000Z|${id}`,
    `config_overrides|2026-02-30T00:00:00.000Z|${id}`,
    'config_overrides|zzz',
    'config_scheduled_changes|zzz',
  ])('rejects the forged cursor %s', async (text) => {
    expect(await errorsOf(path, `cursor=${cursorOf(text)}`)).toEqual(['/cursor invalid_cursor']);
  });
});

describe('the list of users', () => {
  it('rejects a cursor of another list also for a role that does not exist', async () => {
    const cursor = cursorOf(`greetings|2026-01-01T00:00:00.000Z|${id}`);
    expect(await errorsOf('/api/v1/admin/users', `role=nothing&cursor=${cursor}`)).toEqual(['/cursor invalid_cursor']);
  });
});
