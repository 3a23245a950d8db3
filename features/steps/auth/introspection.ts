import assert from 'node:assert/strict';
import { Then } from '@cucumber/cucumber';
import { claimsOf, tokensOf } from '../../support/accounts/accounts.js';
import type { RollcallWorld } from '../../support/world.js';

Then("{account}'s token is reported as active", function (this: RollcallWorld, name: string) {
  const facts = this.response.json<Record<string, unknown>>();
  const { sub, sid, jti, username, roles, iss, aud, iat, exp } = claimsOf(tokensOf(this, name).access_token);
  assert.equal(this.response.status, 200, this.response.text);
  assert.equal(username, this.user(name).username);
  assert.deepEqual(facts, { active: true, token_type: 'Bearer', sub, sid, jti, username, roles, iss, aud, iat, exp });
});

Then('the token is reported as inactive', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.body], [200, { active: false }], this.response.text);
});
