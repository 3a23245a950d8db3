import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { AuthorizationServer } from '../../../src/contract/system.js';
import { claimsOf, tokensOf } from '../../support/accounts/accounts.js';
import type { RollcallWorld } from '../../support/world.js';

When(
  'a page from {word} sends a preflight request for the login',
  async function (this: RollcallWorld, origin: string) {
    const wanted = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' };
    await this.send('OPTIONS', '/api/v1/auth/login', { headers: { Origin: origin, ...wanted } });
  },
);

Then(
  /^CORS allows (\S+) to (read the response|log in)$/,
  function (this: RollcallWorld, origin: string, purpose: string) {
    const { headers } = this.response;
    assert.equal(headers.get('access-control-allow-origin'), origin);
    if (purpose === 'read the response') {
      assert.match(headers.get('access-control-expose-headers') ?? '', /X-Request-Id/);
      assert.match(headers.get('vary') ?? '', /Origin/);
    } else {
      assert.equal(this.response.status, 204);
      assert.match(headers.get('access-control-allow-methods') ?? '', /POST/);
      assert.equal(headers.get('access-control-allow-headers'), 'content-type');
    }
  },
);

Then('the response has the security headers', function (this: RollcallWorld) {
  const { headers } = this.response;
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('content-security-policy'), "default-src 'none';frame-ancestors 'none'");
  assert.match(headers.get('strict-transport-security') ?? '', /max-age=/);
  assert.deepEqual([headers.get('referrer-policy'), headers.get('x-powered-by')], ['no-referrer', null]);
});

Then('the response is the page {string}', function (this: RollcallWorld, title: string) {
  assert.equal(this.response.status, 200);
  assert.match(this.response.headers.get('content-type') ?? '', /^text\/html; charset=utf-8$/);
  assert.ok(this.response.text.includes(`<h1>${title}</h1>`), this.response.text);
});

Then('the page cannot load inline or external resources', function (this: RollcallWorld) {
  const policy = this.response.headers.get('content-security-policy') ?? '';
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.doesNotMatch(this.response.text, /<script(?![^>]*\bsrc="pages\/)|<style|\sstyle=|\son[a-z]+=|https?:/);
});

Then('the script and the style sheet of the page exist', async function (this: RollcallWorld) {
  const matches = this.response.text.matchAll(/(?:src|href)="(pages\/[^"]*)"/g);
  const paths = [...matches].map(([, path]) => `/${path ?? ''}`);
  assert.equal(paths.length, 2);
  for (const path of paths) {
    const { status, text } = await this.send('GET', path);
    assert.deepEqual([status, text.length > 100], [200, true], path);
  }
});

Then("the issuer is that of {account}'s access token", function (this: RollcallWorld, name: string) {
  const { issuer } = this.response.json<AuthorizationServer>();
  assert.equal(issuer, claimsOf(tokensOf(this, name).access_token)['iss']);
});

Then('the metadata contains no OAuth endpoint', function (this: RollcallWorld) {
  const metadata = this.responses.at(-2)?.json<AuthorizationServer>() ?? {};
  const known = ['grant_types_supported', 'issuer', 'jwks_uri', 'response_types_supported', 'service_documentation'];
  assert.deepEqual(Object.keys(metadata).sort(), known);
});

Then('the public keys are available at the jwks_uri', async function (this: RollcallWorld) {
  const { pathname } = new URL(this.response.json<AuthorizationServer>().jwks_uri);
  const { status, body } = await this.send('GET', pathname);
  assert.ok(status === 200 && Array.isArray((body as { keys: unknown }).keys));
});

Then('the page has the base URL {word}', function (this: RollcallWorld, url: string) {
  assert.match(this.response.text, new RegExp(`<base href="${url}"`));
});

Then('the page has a nonce for style sheets', function (this: RollcallWorld) {
  const nonce = /<meta name="csp-nonce" content="([^"]{22,})"/.exec(this.response.text)?.[1];
  const policy = this.response.headers.get('content-security-policy') ?? '';
  assert.ok(policy.includes(`style-src 'self' 'nonce-${String(nonce)}';`), policy);
});
