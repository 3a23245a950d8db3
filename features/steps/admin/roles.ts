import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Sending } from '../../support/http/sending.js';
import type { ApiResponse, RollcallWorld, SendOptions } from '../../support/world.js';

const path = '/api/v1/admin/roles';

const listOf = (text: string): string[] => text.split(', ').filter(Boolean);

const createRole = (
  world: RollcallWorld,
  as: string,
  name: string,
  permissions: string,
  options: SendOptions = {},
): Promise<ApiResponse> =>
  world.send('POST', path, { as, body: { name, permissions: listOf(permissions) }, ...options });

Given('{account} has created the role {string}', async function (this: RollcallWorld, as: string, name: string) {
  const response = await createRole(this, as, name, 'users:read');
  assert.equal(response.status, 201, response.text);
});

When(
  '{account} creates the role {string} with the permissions {string}{sent}',
  async function (this: RollcallWorld, as: string, name: string, permissions: string, sent: Sending) {
    await sent.send(this, (options) => createRole(this, as, name, permissions, options));
  },
);

When(
  '{account} sets the permissions of the role {string} to {string}',
  async function (this: RollcallWorld, as: string, name: string, permissions: string) {
    await this.send('PATCH', `${path}/${name}`, { as, body: { permissions: listOf(permissions) } });
  },
);

When(
  '{account} renames the role {string} to {string}',
  async function (this: RollcallWorld, as: string, name: string, newName: string) {
    await this.send('PATCH', `${path}/${name}`, { as, body: { name: newName } });
  },
);

When('{account} deletes the role {string}', async function (this: RollcallWorld, as: string, name: string) {
  await this.send('DELETE', `${path}/${name}`, { as });
});

Then('the permission {string} is listed', function (this: RollcallWorld, permission: string) {
  const names = this.response.json<{ data: { name: string }[] }>().data.map(({ name }) => name);
  assert.ok(names.includes(permission), this.response.text);
});
