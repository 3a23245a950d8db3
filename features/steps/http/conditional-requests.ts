import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { sendAs, type Caller } from '../../support/http/caller.js';
import { sendConditionalWrite, stateOf, type SentWrite } from '../../support/http/conditional-write.js';
import { assertRejected } from '../../support/http/problem.js';
import type { RollcallWorld } from '../../support/world.js';

When(
  /^(\w+) tries to (.+) on the condition (If-Match|If-None-Match) '(.*?)'( \d+ times at once)?$/,
  async function (this: RollcallWorld, as: string, name: string, header: string, tags: string, count: string | null) {
    const times = Number(/\d+/.exec(count ?? '')?.[0] ?? 1);
    await sendConditionalWrite(this, { as, name, header, tags, times });
  },
);

Then('the request is rejected with 412 precondition_failed and changes nothing', async function (this: RollcallWorld) {
  assertRejected(this.response, 412, 'precondition_failed');
  const { write, as, state } = this.saved.get('write') as SentWrite;
  assert.deepEqual(await stateOf(this, as, write), state);
});

/** Replaces a name in capitals at the end of a path by the id of that account. */
const withId = (world: RollcallWorld, path: string): string =>
  path.replace(/[A-Z]{2,}$/, (name) => world.user(name.charAt(0) + name.slice(1).toLowerCase()).id ?? '');

When('{caller} requests {string}', async function (this: RollcallWorld, caller: Caller, path: string) {
  await sendAs(this, caller, 'GET', withId(this, path));
  this.saved.set('etag', this.response.headers.get('etag'));
});

When(
  '{caller} sends a conditional {method} request for {string} with If-None-Match {string}',
  async function (this: RollcallWorld, caller: Caller, method: string, path: string, tags: string) {
    const headers = { 'If-None-Match': tags.replace('CURRENT', String(this.saved.get('etag'))) };
    await sendAs(this, caller, method, withId(this, path), { headers });
  },
);

Given('the ETag is saved', function (this: RollcallWorld) {
  this.saved.set('etag', this.response.headers.get('etag'));
});

Then(/^the ETag (has changed|is unchanged)$/, function (this: RollcallWorld, change: string) {
  const tag = this.response.headers.get('etag');
  assert.match(tag ?? '', /^"[\w-]+"$/);
  assert.equal(tag !== this.saved.get('etag'), change === 'has changed');
});
