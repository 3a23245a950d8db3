import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Role } from '../../src/contract/role.js';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { allAtOnce } from '../support/batch.js';

const roles = '/api/v1/admin/roles';

const listOf = (text: string): string[] => text.split(', ').filter(Boolean);

const make = (
  world: RollcallWorld,
  who: string,
  name: string,
  permissions: string,
  headers: Record<string, string> = {},
): Promise<ApiResponse> =>
  world.send('POST', roles, { as: who, body: { name, permissions: listOf(permissions) }, headers });

Given('{word} has made the role {string}', async function (this: RollcallWorld, who: string, name: string) {
  const answer = await make(this, who, name, 'users:read');
  assert.equal(answer.status, 201, answer.text);
});

When('{word} lists the roles', async function (this: RollcallWorld, who: string) {
  await this.send('GET', roles, { as: who });
});

When('{word} lists the permissions', async function (this: RollcallWorld, who: string) {
  await this.send('GET', '/api/v1/admin/permissions', { as: who });
});

When('{word} looks up the role {string}', async function (this: RollcallWorld, who: string, name: string) {
  await this.send('GET', `${roles}/${name}`, { as: who });
});

When(
  '{word} makes the role {string} that permits {string}',
  async function (this: RollcallWorld, who: string, name: string, permissions: string) {
    await make(this, who, name, permissions);
  },
);

When(
  '{word} makes the role {string} with the key {string}',
  async function (this: RollcallWorld, who: string, name: string, key: string) {
    await make(this, who, name, 'users:read', { 'Idempotency-Key': key });
  },
);

When(
  '{word} makes the role {string} {int} times at once',
  async function (this: RollcallWorld, who: string, name: string, count: number) {
    await allAtOnce(this, count, () => make(this, who, name, ''));
  },
);

When(
  '{word} lets the role {string} permit {string}',
  async function (this: RollcallWorld, who: string, name: string, permissions: string) {
    await this.send('PATCH', `${roles}/${name}`, { as: who, body: { permissions: listOf(permissions) } });
  },
);

When(
  '{word} renames the role {string} to {string}',
  async function (this: RollcallWorld, who: string, name: string, newName: string) {
    await this.send('PATCH', `${roles}/${name}`, { as: who, body: { name: newName } });
  },
);

When('{word} removes the role {string}', async function (this: RollcallWorld, who: string, name: string) {
  await this.send('DELETE', `${roles}/${name}`, { as: who });
});

Then('the roles are {string}', function (this: RollcallWorld, names: string) {
  const found = this.response.json<{ data: Role[] }>().data.map(({ name }) => name);
  assert.deepEqual(found.sort(), listOf(names), this.response.text);
});

Then('the role permits {string}', function (this: RollcallWorld, permissions: string) {
  assert.deepEqual(this.response.json<Role>().permissions, listOf(permissions), this.response.text);
});

Then('{string} is among the permissions', function (this: RollcallWorld, permission: string) {
  const names = this.response.json<{ data: { name: string }[] }>().data.map(({ name }) => name);
  assert.ok(names.includes(permission), this.response.text);
});
