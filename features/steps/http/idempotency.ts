import assert from 'node:assert/strict';
import { Given, Then } from '@cucumber/cucumber';
import { register } from '../../support/accounts/accounts.js';
import { waitUntil } from '../../support/wait-until.js';
import type { ApiResponse, RollcallWorld } from '../../support/world.js';

Given(
  "{account}'s registration with idempotency key {string} is in progress",
  async function (this: RollcallWorld, name: string, key: string) {
    const response = register(this, this.user(name), {}, { headers: { 'Idempotency-Key': key } });
    this.saved.set('in progress', response);
    const isReserved = async (): Promise<boolean> =>
      (await this.db('idempotency_keys').where({ key, state: 'in_progress' })).length === 1;
    await waitUntil('the first request has reserved the key', isReserved, 10_000);
  },
);

Then('the registration in progress succeeds', async function (this: RollcallWorld) {
  const response = (await this.saved.get('in progress')) as ApiResponse;
  assert.equal(response.status, 201, response.text);
});

Then('the first response is replayed', function (this: RollcallWorld) {
  const [first, again] = this.responses.slice(-2);
  assert.deepEqual([this.response.status, again?.body], [201, first?.body]);
  assert.equal(this.response.headers.get('location'), '/api/v1/users/me');
  assert.equal(this.response.headers.get('idempotency-replayed'), 'true');
});
