import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Tokens } from '../../src/contract/auth.js';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { tokensOf } from './login.js';
import { allAtOnce, batchOf } from './together.js';

/** Spends a refresh token. */
const refresh = (
  world: RollcallWorld,
  token: unknown,
  options: Parameters<RollcallWorld['send']>[2] = {},
): Promise<ApiResponse> => world.send('POST', '/api/v1/auth/refresh', { body: { refresh_token: token }, ...options });

/** Spends the refresh token that a person holds; the successor becomes the person's. */
const refreshFor = async (world: RollcallWorld, name: string, to?: string): Promise<void> => {
  const person = world.user(name);
  const answer = await refresh(world, tokensOf(world, name).refresh_token, to === undefined ? {} : { to });
  if (answer.status === 200) person.tokens = answer.json<Tokens>();
};

Given("{word}'s refresh token is remembered", function (this: RollcallWorld, name: string) {
  this.saved.set('refresh', tokensOf(this, name).refresh_token);
});

When('{word} refreshes', async function (this: RollcallWorld, name: string) {
  await refreshFor(this, name);
});

When('{word} refreshes on the second instance', async function (this: RollcallWorld, name: string) {
  await refreshFor(this, name, this.saved.get('second') as string);
});

When(
  '{word} refreshes every {int} days, {int} times',
  async function (this: RollcallWorld, name: string, days: number, times: number) {
    for (let time = 0; time < times; time += 1) {
      this.clock.advance(days * 86_400_000);
      await refreshFor(this, name);
      assert.equal(this.response.status, 200, this.response.text);
    }
  },
);

When('the remembered refresh token is used', async function (this: RollcallWorld) {
  await refresh(this, this.saved.get('refresh'));
});

When('{word} refreshes {int} times at once', async function (this: RollcallWorld, name: string, count: number) {
  const token = tokensOf(this, name).refresh_token;
  await allAtOnce(this, count, () => refresh(this, token));
});

When("{word}'s access token is used as a refresh token", async function (this: RollcallWorld, name: string) {
  await refresh(this, tokensOf(this, name).access_token);
});

When('somebody refreshes with {string}', async function (this: RollcallWorld, token: string) {
  await refresh(this, token);
});

Then('{word} has got a new pair of tokens for the same session', function (this: RollcallWorld, name: string) {
  const tokens = this.response.json<Tokens>();
  assert.equal(this.response.status, 200, this.response.text);
  assert.notEqual(tokens.refresh_token, this.saved.get('refresh'));
  assert.equal(tokens.user.username, this.user(name).username);
});

Then('the successor is the same as before', function (this: RollcallWorld) {
  const [before, now] = this.responses.slice(-2);
  assert.deepEqual([this.response.status, before?.status], [200, 200], this.response.text);
  assert.equal(now?.json<Tokens>().refresh_token, before?.json<Tokens>().refresh_token);
});

Then('they have all got the same successor', function (this: RollcallWorld) {
  const successors = new Set(batchOf(this).map((answer) => answer.json<Tokens>().refresh_token));
  assert.deepEqual([successors.size, batchOf(this).every(({ status }) => status === 200)], [1, true]);
});

Then('{word} goes on with the successor', async function (this: RollcallWorld, name: string) {
  const { refresh_token: token } = batchOf(this)[0]!.json<Tokens>();
  await refresh(this, token);
  assert.equal(this.response.status, 200, this.response.text);
  this.user(name).tokens = this.response.json<Tokens>();
});
