import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Tokens } from '../../src/contract/auth.js';
import type { Session } from '../../src/contract/session.js';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { claimsOf } from './access-token.js';
import { logIn, tokensOf } from './login.js';
import { isAbout } from './time.js';
import { batchOf } from './together.js';

const path = '/api/v1/users/me/sessions';

const sessionOf = (world: RollcallWorld, name: string): string =>
  String(claimsOf(tokensOf(world, name).access_token)['sid']);

const end = (world: RollcallWorld, name: string, id: string): Promise<ApiResponse> =>
  world.send('DELETE', `${path}/${id}`, { as: name });

Given('{word} has logged in {int} times', async function (this: RollcallWorld, name: string, times: number) {
  for (let time = 0; time < times; time += 1) await logIn(this, this.user(name));
});

Given("{word}'s session is remembered", function (this: RollcallWorld, name: string) {
  this.saved.set('session', sessionOf(this, name));
  this.saved.set('token', tokensOf(this, name).access_token);
  this.saved.set('refresh', tokensOf(this, name).refresh_token);
});

When('{word} lists the own sessions', async function (this: RollcallWorld, name: string) {
  await this.send('GET', path, { as: name });
});

/** Which of the sessions of a batch is the newest is for the database to say. */
When('{word} lists the own sessions as the newest of them', async function (this: RollcallWorld, name: string) {
  const live = this.db('sessions').where({ user_id: this.user(name).id ?? '', ended_at: null });
  const [newest] = (await live.orderBy([
    { column: 'created_at', order: 'desc' },
    { column: 'id', order: 'desc' },
  ])) as { id: string }[];
  const tokens = batchOf(this)
    .map((answer) => answer.json<Tokens>())
    .find(({ access_token: token }) => claimsOf(token)['sid'] === newest?.id);
  assert.ok(tokens);
  this.user(name).tokens = tokens;
  await this.send('GET', path, { as: name });
});

When('{word} ends the remembered session', async function (this: RollcallWorld, name: string) {
  await end(this, name, this.saved.get('session') as string);
});

When('{word} ends the own session', async function (this: RollcallWorld, name: string) {
  await end(this, name, sessionOf(this, name));
});

When('{word} ends the session {string}', async function (this: RollcallWorld, name: string, id: string) {
  await end(this, name, id);
});

When('{word} ends all other sessions', async function (this: RollcallWorld, name: string) {
  await this.send('DELETE', path, { as: name });
});

Then('there is/are {int} session(s), one of them the current one', function (this: RollcallWorld, count: number) {
  const { data } = this.response.json<{ data: Session[] }>();
  assert.deepEqual([data.length, data.filter(({ current }) => current).length], [count, 1], this.response.text);
});

Then(
  'the newest session is from {word} with the browser {string}',
  function (this: RollcallWorld, address: string, browser: string) {
    const [newest] = this.response.json<{ data: Session[] }>().data;
    assert.deepEqual([newest?.ip_address, newest?.user_agent], [address, browser]);
  },
);

Then(
  "the current session is {word}'s and good for {duration}",
  function (this: RollcallWorld, name: string, ms: number) {
    const current = this.response.json<{ data: Session[] }>().data.find((session) => session.current);
    assert.equal(current?.id, sessionOf(this, name));
    assert.ok(isAbout(Date.parse(current.expires_at), this.clock.now().getTime() + ms), current.expires_at);
  },
);

Then('the remembered session is not among them', function (this: RollcallWorld) {
  const ids = this.response.json<{ data: Session[] }>().data.map(({ id }) => id);
  assert.ok(this.response.status === 200 && !ids.includes(this.saved.get('session') as string));
});
