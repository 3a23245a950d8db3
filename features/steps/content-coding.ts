import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { ApiResponse, RollcallWorld } from '../support/world.js';

const ask = (world: RollcallWorld, path: string, headers: Record<string, string>): Promise<ApiResponse> => {
  world.saved.set('asked', { path, headers });
  return world.send('GET', path, { headers });
};

const asked = (world: RollcallWorld): { path: string; headers: Record<string, string> } =>
  world.saved.get('asked') as { path: string; headers: Record<string, string> };

Given(
  'a client that accepts {string} asks for {string}',
  async function (this: RollcallWorld, accepted: string, path: string) {
    await ask(this, path, { 'Accept-Encoding': accepted });
  },
);

When('it asks again with the entity tag that it got', async function (this: RollcallWorld) {
  const { path, headers } = asked(this);
  const tag = this.response.headers.get('etag');
  assert.ok(tag !== null);
  await ask(this, path, { ...headers, 'If-None-Match': tag });
});

When('{word} logs in, accepting {string}', async function (this: RollcallWorld, name: string, accepted: string) {
  const { username, password } = this.user(name);
  await this.send('POST', '/api/v1/auth/login', {
    body: { username, password },
    headers: { 'Accept-Encoding': accepted },
  });
  assert.equal(this.response.status, 200);
});

Then('it is sent in the coding {string}, for this coding alone', function (this: RollcallWorld, coding: string) {
  const { status, headers } = this.response;
  assert.deepEqual([status, headers.get('content-encoding') ?? 'identity'], [200, coding]);
  assert.match(headers.get('vary') ?? '', /Accept-Encoding/);
  assert.equal(/-(br|gzip)"$/.exec(headers.get('etag') ?? '')?.[1] ?? 'identity', coding);
});

Then('it is the same as without a coding', async function (this: RollcallWorld) {
  const { text } = this.response;
  const plain = await this.send('GET', asked(this).path, { headers: { 'Accept-Encoding': 'identity' } });
  assert.ok(text.length > 500 && plain.headers.get('content-encoding') === null);
  assert.equal(plain.text, text);
});

Then('it is sent in no coding', function (this: RollcallWorld) {
  assert.equal(this.response.headers.get('content-encoding'), null);
});

Then('it is not modified', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.text], [304, '']);
});

Then('no page may frame it', function (this: RollcallWorld) {
  const { headers } = this.response;
  assert.equal(headers.get('x-frame-options'), 'DENY');
  assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
});

Then('the instance of the problem is {string}', function (this: RollcallWorld, instance: string) {
  assert.equal(this.response.json<{ instance: string }>().instance, instance);
});

Then('nothing is found', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.json<{ code: string }>().code], [404, 'not_found']);
});

Then('the location is {string}', function (this: RollcallWorld, location: string) {
  assert.deepEqual([this.response.status, this.response.headers.get('location')], [201, location]);
});

Then('its server is {string}', function (this: RollcallWorld, url: string) {
  const { servers } = this.response.json<{ servers: { url: string }[] }>();
  assert.deepEqual(
    servers.map((server) => server.url),
    [url],
  );
});
