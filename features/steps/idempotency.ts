import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Knex } from 'knex';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { waitUntil } from '../support/wait-until.js';
import { register } from './account.js';

const registerWithKey = (
  world: RollcallWorld,
  name: string,
  key: string,
  options: Parameters<typeof register>[3] = {},
): Promise<ApiResponse> => register(world, world.user(name), {}, { headers: { 'Idempotency-Key': key }, ...options });

When('{word} registers with the key {string}', async function (this: RollcallWorld, name: string, key: string) {
  await registerWithKey(this, name, key);
});

When(
  '{word} registers with the key {string} from {word}',
  async function (this: RollcallWorld, name: string, key: string, address: string) {
    await registerWithKey(this, name, key, { clientIp: address });
  },
);

When(
  '{word} registers with the key {string} on the second instance',
  async function (this: RollcallWorld, name: string, key: string) {
    await registerWithKey(this, name, key, { to: this.saved.get('second') as string });
  },
);

When(
  '{word} registers with the key {string} and the password {string}',
  async function (this: RollcallWorld, name: string, key: string, password: string) {
    await register(this, this.user(name), { password }, { headers: { 'Idempotency-Key': key } });
  },
);

When(
  '{word} registers with the key {string} and the password {string} from {word}',
  async function (this: RollcallWorld, name: string, key: string, password: string, address: string) {
    await register(this, this.user(name), { password }, { headers: { 'Idempotency-Key': key }, clientIp: address });
  },
);

When(
  '{word} registers with a key of {int} letters',
  async function (this: RollcallWorld, name: string, length: number) {
    await registerWithKey(this, name, 'k'.repeat(length));
  },
);

Given('the accounts are locked', async function (this: RollcallWorld) {
  await this.ready();
  const lock = await this.db.transaction();
  await lock.raw('LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE');
  this.saved.set('lock', lock);
});

When(
  "{word}'s registration with the key {string} is under way",
  async function (this: RollcallWorld, name: string, key: string) {
    this.saved.set('under way', registerWithKey(this, name, key));
    const isHeld = async (): Promise<boolean> =>
      (await this.db('idempotency_keys').where({ key, state: 'in_progress' })).length === 1;
    await waitUntil('the first request holds the key', isHeld, 10_000);
  },
);

When('the accounts are unlocked', async function (this: RollcallWorld) {
  await (this.saved.get('lock') as Knex.Transaction).rollback();
});

Then('the registration that was under way succeeds', async function (this: RollcallWorld) {
  const answer = (await this.saved.get('under way')) as ApiResponse;
  assert.equal(answer.status, 201, answer.text);
});

Then('the first answer is given again', function (this: RollcallWorld) {
  const [first, again] = this.responses.slice(-2);
  assert.deepEqual([this.response.status, again?.body], [201, first?.body]);
  assert.equal(this.response.headers.get('location'), '/api/v1/users/me');
  assert.equal(this.response.headers.get('idempotency-replayed'), 'true');
});
