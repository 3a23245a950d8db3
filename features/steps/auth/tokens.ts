import assert from 'node:assert/strict';
import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { defineParameterType, Given, Then, When } from '@cucumber/cucumber';
import type { Tokens } from '../../../src/contract/auth.js';
import { claimsOf, headerOf, refresh, sessionOf, tokensOf } from '../../support/accounts/accounts.js';
import { batchOf } from '../../support/http/batch.js';
import { sendAs, type Caller, type TokenSource } from '../../support/http/caller.js';
import { findBody } from '../../support/accounts/invalid-body.js';
import type { Sending } from '../../support/http/sending.js';
import type { RollcallWorld } from '../../support/world.js';

const currentUser = '/api/v1/users/me';

const withHeader = (header: unknown, token: string): string =>
  token.replace(/^[^.]+/, Buffer.from(JSON.stringify(header)).toString('base64url'));

const refreshFor = async (world: RollcallWorld, name: string, sent: Sending): Promise<void> => {
  await sent.send(world, async (options) => {
    const response = await refresh(world, tokensOf(world, name).refresh_token, options);
    if (response.status === 200) world.user(name).tokens = response.json<Tokens>();
    return response;
  });
};

Given(/^(\w+)'s (?:access token|refresh token|session) is saved$/, function (this: RollcallWorld, name: string) {
  const tokens = tokensOf(this, name);
  this.saved.set('access token', tokens.access_token);
  this.saved.set('refresh token', tokens.refresh_token);
  this.saved.set('session', sessionOf(this, name));
});

When('{caller} requests the current user{sent}', async function (this: RollcallWorld, caller: Caller, sent: Sending) {
  const responses = await sent.send(this, (options) => sendAs(this, caller, 'GET', currentUser, options));
  const etag = responses.at(-1)?.headers.get('etag');
  if (etag !== null) this.saved.set('etag', etag);
});

When("a client sends {account}'s access token in the query string", async function (this: RollcallWorld, name: string) {
  await this.send('GET', `${currentUser}?access_token=${tokensOf(this, name).access_token}`);
});

When(
  "a client signs {account}'s access token with the published key as an HS256 secret",
  async function (this: RollcallWorld, name: string) {
    const token = tokensOf(this, name).access_token;
    const { keys } = (await this.send('GET', '/.well-known/jwks.json')).json<{ keys: JsonWebKey[] }>();
    const [key = {}] = keys;
    const secret = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const header = { ...headerOf(token), kid: key['kid'], alg: 'HS256' };
    const text = withHeader(header, token).replace(/\.[^.]+$/, '');
    const signature = createHmac('sha256', secret).update(text).digest('base64url');
    await this.send('GET', currentUser, { token: `${text}.${signature}` });
  },
);

When(
  'a client sends the saved access token with the new key ID and the algorithm {word}',
  async function (this: RollcallWorld, alg: string) {
    const token = this.saved.get('access token') as string;
    const forged = withHeader({ ...headerOf(token), kid: this.saved.get('key'), alg }, token);
    await this.send('GET', currentUser, { token: forged });
  },
);

When('{account} refreshes{sent}', async function (this: RollcallWorld, name: string, sent: Sending) {
  await refreshFor(this, name, sent);
});

When(
  '{account} refreshes every {int} days, {int} times',
  async function (this: RollcallWorld, name: string, days: number, times: number) {
    for (let time = 0; time < times; time += 1) {
      this.clock.advance(days * 86_400_000);
      const response = await refresh(this, tokensOf(this, name).refresh_token);
      assert.equal(response.status, 200, response.text);
      this.user(name).tokens = response.json<Tokens>();
    }
  },
);

/** The endpoints that accept a token in the body, by the phrases of the steps. */
const tokenRequests: Readonly<Record<string, (token: string) => readonly [path: string, body: object]>> = {
  introspects: (token) => ['introspect', { token }],
  'refreshes with': (token) => ['refresh', { refresh_token: token }],
  'logs out with': (token) => ['logout', { refresh_token: token }],
};

defineParameterType({
  name: 'token request',
  regexp: new RegExp(Object.keys(tokenRequests).join('|')),
  transformer: (text: string) => tokenRequests[text],
});

When(
  '{caller} {token request} {token}',
  async function (
    this: RollcallWorld,
    caller: Caller,
    request: (token: string) => readonly [string, object],
    token: TokenSource,
  ) {
    const [path, body] = request(token(this));
    await sendAs(this, caller, 'POST', `/api/v1/auth/${path}`, { body });
  },
);

When('a client sends the refresh endpoint {}', async function (this: RollcallWorld, name: string) {
  const body = findBody(name);
  if (body === undefined) throw new TypeError(`unknown body "${name}"`);
  await this.send('POST', '/api/v1/auth/refresh', body);
});

Then("the response shows {account}'s account", function (this: RollcallWorld, name: string) {
  assert.equal(this.response.status, 200, this.response.text);
  const body = this.response.json<Partial<Tokens> & { username?: string; id?: string }>();
  const { username, id } = this.user(name);
  const user = body.user ?? body;
  assert.equal(user.username, username);
  if (id !== undefined) assert.equal(user.id, id);
});

Then('{account} is still logged in', async function (this: RollcallWorld, name: string) {
  const { status, text } = await this.send('GET', currentUser, { as: name });
  assert.equal(status, 200, text);
});

Then(
  "{account}'s access token has the {word} {word} {string}",
  function (this: RollcallWorld, name: string, part: string, field: string, value: string) {
    const token = tokensOf(this, name).access_token;
    const fields = part === 'header' ? headerOf(token) : claimsOf(token);
    assert.equal(fields[field], value);
    if (part === 'header') assert.equal(typeof fields['kid'], 'string');
  },
);

Then('{account} receives new tokens', function (this: RollcallWorld, name: string) {
  const tokens = this.response.json<Tokens>();
  assert.equal(this.response.status, 200, this.response.text);
  assert.notEqual(tokens.refresh_token, this.saved.get('refresh token'));
  assert.equal(tokens.user.username, this.user(name).username);
});

Then(/^(both|all) responses contain the same refresh token$/, function (this: RollcallWorld, which: string) {
  const responses = which === 'both' ? this.responses.slice(-2) : batchOf(this);
  const tokens = new Set(responses.map((response) => response.json<Tokens>().refresh_token));
  assert.ok(this.response.status > 0 && responses.length > 1);
  assert.deepEqual([tokens.size, responses.every(({ status }) => status === 200)], [1, true], this.response.text);
});
