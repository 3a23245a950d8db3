import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { claimsOf } from './access-token.js';
import { forge } from './forgery.js';
import { tokensOf } from './login.js';

const ask = (world: RollcallWorld, name: string, token: unknown): Promise<ApiResponse> =>
  world.send('POST', '/api/v1/auth/introspect', { as: name, body: { token } });

When("{word} asks about {word}'s access token", async function (this: RollcallWorld, name: string, other: string) {
  await ask(this, name, tokensOf(this, other).access_token);
});

When("{word} asks about {word}'s refresh token", async function (this: RollcallWorld, name: string, other: string) {
  await ask(this, name, tokensOf(this, other).refresh_token);
});

When(
  "{word} asks about {word}'s access token, {forgery}",
  async function (this: RollcallWorld, name: string, other: string, kind: string) {
    await ask(this, name, forge(kind, tokensOf(this, other).access_token));
  },
);

When('{word} asks about the remembered access token', async function (this: RollcallWorld, name: string) {
  await ask(this, name, this.saved.get('token'));
});

When('{word} asks about the token {string}', async function (this: RollcallWorld, name: string, token: string) {
  await ask(this, name, token);
});

When('somebody without a token asks about the token {string}', async function (this: RollcallWorld, token: string) {
  await this.send('POST', '/api/v1/auth/introspect', { body: { token } });
});

Then("the token is live and {word}'s", function (this: RollcallWorld, name: string) {
  const facts = this.response.json<Record<string, unknown>>();
  const { sub, sid, jti, username, roles, iss, aud, iat, exp } = claimsOf(tokensOf(this, name).access_token);
  assert.equal(this.response.status, 200, this.response.text);
  assert.equal(username, this.user(name).username);
  assert.deepEqual(facts, { active: true, token_type: 'Bearer', sub, sid, jti, username, roles, iss, aud, iat, exp });
});

Then('the token is not live, and nothing else is said of it', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.body], [200, { active: false }], this.response.text);
});
