import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';
import { forge } from './forgery.js';
import { tokensOf } from './login.js';

/** The claims of an access token, unverified. */
export const claimsOf = (token: string): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

/** The header of an access token, unverified. */
export const headerOf = (token: string): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as Record<string, unknown>;

Given("{word}'s access token is remembered", function (this: RollcallWorld, name: string) {
  this.saved.set('token', tokensOf(this, name).access_token);
});

When('{word} uses {word} access token', async function (this: RollcallWorld, name: string, _whose: string) {
  await this.send('GET', '/api/v1/users/me', { as: name });
});

When('{word} uses the access token on the second instance', async function (this: RollcallWorld, name: string) {
  await this.send('GET', '/api/v1/users/me', { as: name, to: this.saved.get('second') as string });
});

When('the remembered access token is used', async function (this: RollcallWorld) {
  await this.send('GET', '/api/v1/users/me', { token: this.saved.get('token') as string });
});

When("{word}'s refresh token is used as an access token", async function (this: RollcallWorld, name: string) {
  await this.send('GET', '/api/v1/users/me', { token: tokensOf(this, name).refresh_token });
});

When(
  "somebody uses {word}'s access token, {forgery}",
  async function (this: RollcallWorld, name: string, kind: string) {
    await this.send('GET', '/api/v1/users/me', { token: forge(kind, tokensOf(this, name).access_token) });
  },
);

When(
  'somebody asks for an account with the authorization {string}',
  async function (this: RollcallWorld, value: string) {
    await this.send('GET', '/api/v1/users/me', { headers: { Authorization: value } });
  },
);

When('somebody asks for an account without a token', async function (this: RollcallWorld) {
  await this.send('GET', '/api/v1/users/me');
});

When("somebody puts {word}'s access token into the query", async function (this: RollcallWorld, name: string) {
  await this.send('GET', `/api/v1/users/me?access_token=${tokensOf(this, name).access_token}`);
});

When("somebody writes {word}'s authorization in small letters", async function (this: RollcallWorld, name: string) {
  await this.send('GET', '/api/v1/users/me', {
    headers: { Authorization: `bearer ${tokensOf(this, name).access_token}` },
  });
});

Then("it is {word}'s account", function (this: RollcallWorld, name: string) {
  assert.equal(this.response.status, 200, this.response.text);
  assert.equal(this.response.json<{ username: string }>().username, this.user(name).username);
});

Then(
  "{word}'s access token has the claim {word} {string}",
  function (this: RollcallWorld, name: string, claim: string, value: string) {
    assert.equal(claimsOf(tokensOf(this, name).access_token)[claim], value);
  },
);

Then(
  "{word}'s access token is of type at+jwt, signed with {word}",
  function (this: RollcallWorld, name: string, algorithm: string) {
    const { typ, alg, kid } = headerOf(tokensOf(this, name).access_token);
    assert.deepEqual([typ, alg, typeof kid], ['at+jwt', algorithm, 'string']);
  },
);
