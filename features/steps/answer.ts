import assert from 'node:assert/strict';
import { Then } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';

Then('it succeeds', function (this: RollcallWorld) {
  assert.ok(this.response.status >= 200 && this.response.status < 300, `${this.response.status} ${this.response.text}`);
});

Then('it is done, without a word', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.text], [204, '']);
});

Then('the answer must not be stored', function (this: RollcallWorld) {
  assert.equal(this.response.headers.get('cache-control'), 'no-store');
});

Then('it comes from the cache', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.headers.get('x-cache')], [200, 'HIT'], this.response.text);
});

Then('it is made anew', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.headers.get('x-cache')], [200, 'MISS'], this.response.text);
});

Then('the field {string} is {string}', function (this: RollcallWorld, name: string, value: string) {
  assert.equal(this.response.headers.get(name), value);
});

Then('the field {string} is missing', function (this: RollcallWorld, name: string) {
  assert.equal(this.response.headers.get(name) ?? null, null);
});

Then('the same answer comes as before', function (this: RollcallWorld) {
  const [before, now] = this.responses.slice(-2);
  assert.ok(before && now);
  assert.deepEqual([now.status, now.text], [before.status, before.text]);
});

Then('no request has failed', function (this: RollcallWorld) {
  assert.ok(this.response.status > 0);
  assert.deepEqual(
    this.responses.filter(({ status }) => status >= 500).map(({ text }) => text),
    [],
  );
});
