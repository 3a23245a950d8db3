import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';

When('a page of {word} asks for a greeting', async function (this: RollcallWorld, origin: string) {
  await this.send('GET', '/api/v1/greet', { headers: { Origin: origin } });
});

When('a page of {word} asks for an account without a token', async function (this: RollcallWorld, origin: string) {
  await this.send('GET', '/api/v1/users/me', { headers: { Origin: origin } });
});

When('a page of {word} asks whether it may log somebody in', async function (this: RollcallWorld, origin: string) {
  const wishes = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' };
  await this.send('OPTIONS', '/api/v1/auth/login', { headers: { Origin: origin, ...wishes } });
});

Then('the browser lets the page of {word} read the answer', function (this: RollcallWorld, origin: string) {
  const { headers } = this.response;
  assert.equal(headers.get('access-control-allow-origin'), origin);
  assert.match(headers.get('access-control-expose-headers') ?? '', /X-Request-Id/);
  assert.match(headers.get('vary') ?? '', /Origin/);
});

Then('the page can read the field {string}', function (this: RollcallWorld, name: string) {
  const exposed = (this.response.headers.get('access-control-expose-headers') ?? '').split(',');
  assert.ok(exposed.includes(name), exposed.join());
});

Then('the browser keeps the answer from the page', function (this: RollcallWorld) {
  assert.equal(this.response.headers.get('access-control-allow-origin'), null);
});

Then('the page of {word} may log somebody in', function (this: RollcallWorld, origin: string) {
  const { headers } = this.response;
  assert.deepEqual([this.response.status, headers.get('access-control-allow-origin')], [204, origin]);
  assert.match(headers.get('access-control-allow-methods') ?? '', /POST/);
  assert.equal(headers.get('access-control-allow-headers'), 'content-type');
});

Then('browsers are told to be careful with it', function (this: RollcallWorld) {
  const { headers } = this.response;
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('content-security-policy'), "default-src 'none';frame-ancestors 'none'");
  assert.match(headers.get('strict-transport-security') ?? '', /max-age=/);
  assert.deepEqual([headers.get('referrer-policy'), headers.get('x-powered-by')], ['no-referrer', null]);
});
