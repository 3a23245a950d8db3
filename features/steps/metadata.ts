import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { AuthorizationServer } from '../../src/contract/system.js';
import type { RollcallWorld } from '../support/world.js';
import { claimsOf, tokensOf } from '../support/accounts.js';

When('somebody asks for the authorization server metadata', async function (this: RollcallWorld) {
  await this.send('GET', '/.well-known/oauth-authorization-server');
});

Then("the issuer is that of {word}'s access token", function (this: RollcallWorld, name: string) {
  const { issuer } = this.response.json<AuthorizationServer>();
  assert.equal(issuer, claimsOf(tokensOf(this, name).access_token)['iss']);
});

Then('it names no endpoint of OAuth', function (this: RollcallWorld) {
  const metadata = this.responses.at(-2)?.json<AuthorizationServer>() ?? {};
  const known = ['grant_types_supported', 'issuer', 'jwks_uri', 'response_types_supported', 'service_documentation'];
  assert.deepEqual(Object.keys(metadata).sort(), known);
});

Then('the public keys are where the metadata says', async function (this: RollcallWorld) {
  const { pathname } = new URL(this.response.json<AuthorizationServer>().jwks_uri);
  const { status, body } = await this.send('GET', pathname);
  assert.ok(status === 200 && Array.isArray((body as { keys: unknown }).keys));
});

Then('the public keys are at {string}', function (this: RollcallWorld, url: string) {
  assert.equal(this.response.json<AuthorizationServer>().jwks_uri, url);
});

Then('it may be cached for a minute', function (this: RollcallWorld) {
  assert.equal(this.response.headers.get('cache-control'), 'public, max-age=60');
  assert.match(this.response.headers.get('etag') ?? '', /^"[\w-]+"$/);
});
