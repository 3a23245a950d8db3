import { describe, expect, it } from 'vitest';
import { createUser, sendAs, type TestUser, useAdministrator } from '../../support/admin-users.js';
import { type TestResponse, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: TestUser;

useAdministrator((started, created) => {
  app = started;
  admin = created;
});

const rename = (from: string, to: string): Promise<TestResponse> =>
  sendAs(app, admin, 'PATCH', `/api/v1/admin/roles/${from}`, { name: to });

const give = ({ id }: TestUser, roles: string[], headers = {}): Promise<TestResponse> =>
  sendAs(app, admin, 'PUT', `/api/v1/admin/users/${id}/roles`, { roles }, headers);

const showMe = (user: TestUser): Promise<TestResponse> => sendAs(app, user, 'GET', '/api/v1/users/me');

/** The transaction that wrote each user last. */
const writersOfUsers = async (): Promise<string[]> => {
  const { rows } = await app.services.db.knex.raw<{ rows: { writer: string }[] }>(
    'SELECT xmin::text AS writer FROM users ORDER BY id',
  );
  return rows.map(({ writer }) => writer);
};

describe('renaming a role', () => {
  it('shows in its users and changes their entity tags, without writing their rows', async () => {
    await sendAs(app, admin, 'POST', '/api/v1/admin/roles', { name: 'before' });
    const [holder, other] = [await createUser(app, ['user', 'before']), await createUser(app)];
    const tagOf = async (user: TestUser): Promise<string> => (await showMe(user)).headers.get('ETag') ?? '';
    const [held, others] = [await tagOf(holder), await tagOf(other)];
    expect(await tagOf(holder)).toBe(held);
    const writers = await writersOfUsers();
    expect((await rename('before', 'after')).status).toBe(200);
    expect(await writersOfUsers()).toEqual(writers);
    expect((await showMe(holder)).body).toMatchObject({ roles: ['after', 'user'] });
    expect(await tagOf(holder)).not.toBe(held);
    expect(await tagOf(other)).toBe(others);
    const asRead = { 'If-Match': held };
    const stale = await sendAs(app, admin, 'PATCH', `/api/v1/admin/users/${holder.id}`, { description: 'x' }, asRead);
    expect(stale.status).toBe(412);
    const own = await sendAs(app, holder, 'PATCH', '/api/v1/users/me', { description: 'x' }, asRead);
    expect(own.status).toBe(412);
    const fresh = { 'If-Match': await tagOf(holder) };
    expect((await sendAs(app, holder, 'PATCH', '/api/v1/users/me', { description: 'x' }, fresh)).status).toBe(200);
  });

  it('does not deadlock with assignments of the role', async () => {
    await sendAs(app, admin, 'POST', '/api/v1/admin/roles', { name: 'contested-a' });
    const members = await Promise.all(Array.from({ length: 4 }, () => createUser(app, ['user', 'contested-a'])));
    let name = 'contested-a';
    const answers: TestResponse[] = [];
    for (let round = 0; round < 8; round += 1) {
      const next = name.endsWith('a') ? 'contested-b' : 'contested-a';
      const batch = await Promise.all([
        ...members.flatMap((user) => [give(user, ['user', name]), give(user, ['user'])]),
        rename(name, next),
        ...members.map((user) => give(user, ['user', next])),
      ]);
      answers.push(...batch);
      name = next;
    }
    // 422: the role had its other name when it was looked up.
    expect(answers.map(({ status }) => status).filter((status) => ![200, 422].includes(status))).toEqual([]);
  });

  it('does not wait for the lock of a user with the role', async () => {
    await sendAs(app, admin, 'POST', '/api/v1/admin/roles', { name: 'ordered' });
    const user = await createUser(app, ['user', 'ordered']);
    const { db } = app.services;
    const renamed = await db.transaction(async (trx) => {
      // An assignment takes the user first, then the role. The rename takes the role; it must not need the user.
      await trx.raw('SELECT 1 FROM users WHERE id = ? FOR UPDATE', [user.id]);
      const answer = await rename('ordered', 'ordered-again');
      await trx.raw(`SELECT 1 FROM roles WHERE name = 'ordered-again' FOR KEY SHARE`);
      return answer;
    });
    expect(renamed.status).toBe(200);
  });
});
