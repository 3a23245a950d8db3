import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../../support/world.js';

Given('no greeting was requested before', async function (this: RollcallWorld) {
  const response = await this.send('GET', '/api/v1/greet');
  assert.equal(response.headers.get('X-Cache'), 'MISS');
  assert.match(response.headers.get('RateLimit') ?? '', /r=59/);
});

Then('a registration returns status {int}', async function (this: RollcallWorld, status: number) {
  const { username, password } = this.user('Ada');
  const response = await this.send('POST', '/api/v1/auth/register', { body: { username, password } });
  assert.equal(response.status, status);
});

When('the quota of greetings is used up', async function (this: RollcallWorld) {
  for (let left = 69; left > 0; left -= 1) await this.send('GET', '/api/v1/greet');
});

Then('the next greeting is rejected with status {int}', async function (this: RollcallWorld, status: number) {
  assert.equal((await this.send('GET', '/api/v1/greet')).status, status);
});
