import assert from 'node:assert/strict';
import { defineParameterType, Given, Then, When } from '@cucumber/cucumber';
import type { AdminUser } from '../../src/contract/admin-user.js';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { ensureAccount, logIn } from '../support/accounts.js';
import { allAtOnce } from '../support/batch.js';

const users = '/api/v1/admin/users';

/** What somebody does to an account, by the words of the stories: method, what follows the account's path, body. */
const acts: Readonly<Record<string, readonly [method: string, path: string, body?: unknown]>> = {
  'change the profile of': ['PATCH', '', { description: 'changed' }],
  block: ['PATCH', '', { status: 'blocked' }],
  unblock: ['PATCH', '', { status: 'active' }],
  delete: ['DELETE', ''],
  restore: ['POST', '/restore'],
  erase: ['POST', '/erase'],
  'issue a token for': ['POST', '/password-reset'],
  'see the sessions of': ['GET', '/sessions'],
  'end the sessions of': ['DELETE', '/sessions'],
  'take all rights from': ['PUT', '/roles', { roles: ['user'] }],
  'look at': ['GET', ''],
};

defineParameterType({
  name: 'act',
  regexp: Object.keys(acts).map((act) => new RegExp(act)),
  transformer: (act: string) => act,
});

/** Does to an account what the story says. */
export const act = (
  world: RollcallWorld,
  who: string,
  what: string,
  id: string | undefined,
  headers: Record<string, string> = {},
): Promise<ApiResponse> => {
  const [method, path, body] = acts[what] ?? [];
  assert.ok(method !== undefined && path !== undefined, what);
  const options = { as: who, headers, ...(body !== undefined && { body }) };
  return world.send(method, `${users}/${id ?? ''}${path}`, options);
};

/** Changes fields of an account. */
const patch = (world: RollcallWorld, who: string, whom: string, body: unknown): Promise<ApiResponse> =>
  world.send('PATCH', `${users}/${world.user(whom).id ?? ''}`, { as: who, body });

const become = async (world: RollcallWorld, name: string, role: string): Promise<void> => {
  const person = await ensureAccount(world, name);
  const values = [person.id ?? '', role];
  await world.db.raw('INSERT INTO user_roles (user_id, role_id) SELECT ?, id FROM roles WHERE name = ?', values);
  const answer = await logIn(world, person);
  assert.equal(answer.status, 200, answer.text);
};

Given('{word} is an administrator', async function (this: RollcallWorld, name: string) {
  await become(this, name, 'admin');
});

Given('{word} works for the support', async function (this: RollcallWorld, name: string) {
  await become(this, name, 'support');
});

Given(
  '{word} is logged in with a role that permits {string}',
  async function (this: RollcallWorld, name: string, permissions: string) {
    const role = `made-for-${name.toLowerCase()}`;
    await this.db.raw('INSERT INTO roles (id, name) VALUES (gen_random_uuid(), ?)', [role]);
    await this.db.raw(
      `INSERT INTO role_permissions (role_id, permission_id)
        SELECT r.id, p.id FROM roles r, permissions p WHERE r.name = ? AND p.name = ANY(?)`,
      [role, permissions.split(', ')],
    );
    await become(this, name, role);
  },
);

When('{word} tries to {act} {word}', async function (this: RollcallWorld, who: string, what: string, whom: string) {
  await act(this, who, what, this.user(whom).id);
});

When(
  '{word} tries to {act} the account {string}',
  async function (this: RollcallWorld, who: string, what: string, id: string) {
    await act(this, who, what, id);
  },
);

When(
  '{word} tries to {act} {word} as the account was before',
  async function (this: RollcallWorld, who: string, what: string, whom: string) {
    await act(this, who, what, this.user(whom).id, { 'If-Match': '"0"' });
  },
);

When(
  '{word} and {word} each try to {act} the other at once',
  async function (this: RollcallWorld, one: string, other: string, what: string) {
    const pair = [one, other] as const;
    await allAtOnce(this, 2, (index) => act(this, pair[index] ?? one, what, this.user(pair[1 - index] ?? other).id));
  },
);

When(
  '{word} writes {string} into the {word} of {word}',
  async function (this: RollcallWorld, who: string, value: string, field: string, whom: string) {
    await patch(this, who, whom, { [field]: value });
  },
);

When(
  '{word} blocks {word} for {duration} because of {string}',
  async function (this: RollcallWorld, who: string, whom: string, ms: number, reason: string) {
    const until = new Date(this.clock.now().getTime() + ms).toISOString();
    await patch(this, who, whom, { status: 'blocked', blocked_reason: reason, blocked_until: until });
  },
);

When(
  '{word} changes the block of {word} with {string}',
  async function (this: RollcallWorld, who: string, whom: string, body: string) {
    await patch(this, who, whom, JSON.parse(body));
  },
);

When(
  '{word} tries to set {string} of the account of {word}',
  async function (this: RollcallWorld, who: string, field: string, whom: string) {
    await patch(this, who, whom, { [field]: 'mine' });
  },
);

When(
  '{word} gives {word} the role(s) {string}',
  async function (this: RollcallWorld, who: string, whom: string, roles: string) {
    const body = { roles: roles.split(', ').filter(Boolean) };
    await this.send('PUT', `${users}/${this.user(whom).id ?? ''}/roles`, { as: who, body });
  },
);

Then(
  'the account is shown as {word}, because of {string}',
  function (this: RollcallWorld, status: string, reason: string) {
    const account = this.response.json<AdminUser>();
    assert.deepEqual([account.status, account.blocked_reason], [status, reason], this.response.text);
  },
);

Then('the account is shown as {word}', function (this: RollcallWorld, status: string) {
  assert.equal(this.response.json<AdminUser>().status, status, this.response.text);
});

Then('the account shows the {word} {string}', function (this: RollcallWorld, field: string, value: string) {
  assert.equal(this.response.json<Readonly<Record<string, unknown>>>()[field], value, this.response.text);
});

Then('the account holds the roles {string}', function (this: RollcallWorld, roles: string) {
  assert.deepEqual(this.response.json<AdminUser>().roles, roles.split(', '), this.response.text);
});

Then('there is/are {int} session(s), none of them the current one', function (this: RollcallWorld, count: number) {
  const { data } = this.response.json<{ data: { current: boolean }[] }>();
  assert.deepEqual([data.length, data.filter(({ current }) => current).length], [count, 0]);
});

Then('one of the two stays administrator', async function (this: RollcallWorld) {
  const { rows } = await this.db.raw<{ rows: unknown[] }>(
    `SELECT 1 FROM users u JOIN user_roles ur ON ur.user_id = u.id JOIN roles r ON r.id = ur.role_id
      WHERE r.name = 'admin' AND u.deleted_at IS NULL AND u.status = 'active'`,
  );
  assert.ok(this.response.status > 0);
  assert.equal(rows.length, 1);
});
