import assert from 'node:assert/strict';
import { defineParameterType, Given, Then, When } from '@cucumber/cucumber';
import {
  accountActionPattern,
  baseActionPattern,
  sendAccountAction,
  users,
} from '../../support/accounts/account-action.js';
import { ensureAccount, logIn } from '../../support/accounts/accounts.js';
import { allAtOnce } from '../../support/http/batch.js';
import type { Sending } from '../../support/http/sending.js';
import type { ApiResponse, RollcallWorld } from '../../support/world.js';

const asIs = (text: string): string => text;

defineParameterType({ name: 'account action', regexp: accountActionPattern, transformer: asIs });
defineParameterType({ name: 'base action', regexp: baseActionPattern, transformer: asIs });

const updateUser = (world: RollcallWorld, as: string, name: string, body: unknown): Promise<ApiResponse> =>
  world.send('PATCH', `${users}/${world.user(name).id ?? ''}`, { as, body });

const logInWithRole = async (world: RollcallWorld, name: string, role: string): Promise<void> => {
  const user = await ensureAccount(world, name);
  const values = [user.id ?? '', role];
  await world.db.raw('INSERT INTO user_roles (user_id, role_id) SELECT ?, id FROM roles WHERE name = ?', values);
  const response = await logIn(world, user);
  assert.equal(response.status, 200, response.text);
};

Given(
  /^(\w+) is (an administrator|a support agent)$/,
  async function (this: RollcallWorld, name: string, role: string) {
    await logInWithRole(this, name, role === 'an administrator' ? 'admin' : 'support');
  },
);

Given(
  '{account} is logged in with the permissions {string}',
  async function (this: RollcallWorld, name: string, permissions: string) {
    const role = `made-for-${name.toLowerCase()}`;
    await this.db.raw('INSERT INTO roles (id, name) VALUES (gen_random_uuid(), ?)', [role]);
    await this.db.raw(
      `INSERT INTO role_permissions (role_id, permission_id)
        SELECT r.id, p.id FROM roles r, permissions p WHERE r.name = ? AND p.name = ANY(?)`,
      [role, permissions.split(', ')],
    );
    await logInWithRole(this, name, role);
  },
);

When(
  '{account} {account action} {account}{sent}',
  async function (this: RollcallWorld, as: string, action: string, name: string, sent: Sending) {
    await sent.send(this, (options) => sendAccountAction(this, as, action, this.user(name).id, options));
  },
);

When(
  '{account} {account action} the account {string}',
  async function (this: RollcallWorld, as: string, action: string, id: string) {
    await sendAccountAction(this, as, action, id);
  },
);

When(
  '{account} and {account} {base action} each other at the same time',
  async function (this: RollcallWorld, one: string, other: string, action: string) {
    const pair = [one, other] as const;
    await allAtOnce(this, 2, (index) =>
      sendAccountAction(this, pair[index] ?? one, action, this.user(pair[1 - index] ?? other).id),
    );
  },
);

When(
  '{account} sets the {word} of {account} to {string}',
  async function (this: RollcallWorld, as: string, field: string, name: string, value: string) {
    await updateUser(this, as, name, { [field]: value });
  },
);

When(
  '{account} updates {account} with {string}',
  async function (this: RollcallWorld, as: string, name: string, body: string) {
    await updateUser(this, as, name, JSON.parse(body));
  },
);

When(
  '{account} blocks {account} for {duration} with the reason {string}',
  async function (this: RollcallWorld, as: string, name: string, ms: number, reason: string) {
    const until = new Date(this.clock.now().getTime() + ms).toISOString();
    await updateUser(this, as, name, { status: 'blocked', blocked_reason: reason, blocked_until: until });
  },
);

When(
  '{account} assigns the role(s) {string} to {account}',
  async function (this: RollcallWorld, as: string, roles: string, name: string) {
    const body = { roles: roles.split(', ').filter(Boolean) };
    await this.send('PUT', `${users}/${this.user(name).id ?? ''}/roles`, { as, body });
  },
);

Then('exactly {int} administrator(s) is/are active', async function (this: RollcallWorld, count: number) {
  const { rows } = await this.db.raw<{ rows: unknown[] }>(
    `SELECT 1 FROM users u JOIN user_roles ur ON ur.user_id = u.id JOIN roles r ON r.id = ur.role_id
      WHERE r.name = 'admin' AND u.deleted_at IS NULL AND u.status = 'active'`,
  );
  assert.equal(rows.length, count);
});
