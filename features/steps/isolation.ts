import { Given, Then, When } from '@cucumber/cucumber';
import assert from 'node:assert/strict';
import type { RollcallWorld } from '../support/world.js';

const register = (world: RollcallWorld): ReturnType<RollcallWorld['send']> => {
  const { username, password } = world.user('Ada');
  return world.send('POST', '/api/v1/auth/register', { body: { username, password } });
};

Given('the schema holds no account', async function (this: RollcallWorld) {
  const { rows } = await this.db.raw<{ rows: { count: number }[] }>('SELECT count(*) FROM users');
  assert.equal(rows[0]?.count, 0);
});

Given('the world was not greeted before', async function (this: RollcallWorld) {
  const answer = await this.send('GET', '/api/v1/greet');
  assert.equal(answer.headers.get('X-Cache'), 'MISS');
  assert.match(answer.headers.get('RateLimit') ?? '', /r=59/);
});

When('the operator closes registration', async function (this: RollcallWorld) {
  await this.operator.set('registration.open', false);
});

When('a newcomer cannot make an account', async function (this: RollcallWorld) {
  assert.equal((await register(this)).status, 403);
});

When('the operator opens registration', async function (this: RollcallWorld) {
  await this.operator.set('registration.open', true);
});

When('a newcomer makes an account', async function (this: RollcallWorld) {
  assert.equal((await register(this)).status, 201);
});

When('the quota of greetings is used up', async function (this: RollcallWorld) {
  for (let left = 69; left > 0; left -= 1) await this.send('GET', '/api/v1/greet');
});

Then('the next greeting is refused', async function (this: RollcallWorld) {
  assert.equal((await this.send('GET', '/api/v1/greet')).status, 429);
});

When('the accounts get another column', async function (this: RollcallWorld) {
  await this.db.raw('ALTER TABLE users ADD COLUMN shoe_size integer');
});
