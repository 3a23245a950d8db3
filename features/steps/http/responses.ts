import assert from 'node:assert/strict';
import { Then, When, type DataTable } from '@cucumber/cucumber';
import { batchOf, isSuccess } from '../../support/http/batch.js';
import { sendAs, type Caller } from '../../support/http/caller.js';
import { assertRejected, errorsOf, type Problem } from '../../support/http/problem.js';
import type { Sending } from '../../support/http/sending.js';
import { isAbout } from '../../support/timing.js';
import type { RollcallWorld } from '../../support/world.js';

When(
  '{caller} sends {method} {path}{sent}',
  async function (this: RollcallWorld, caller: Caller, method: string, path: string, sent: Sending) {
    await sent.send(this, (options) => sendAs(this, caller, method, path, options));
  },
);

Then('the request succeeds', function (this: RollcallWorld) {
  assert.ok(isSuccess(this.response), `${this.response.status} ${this.response.text}`);
});

Then('the response is 204 No Content', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.text], [204, '']);
});

Then('the request is rejected with {int} {word}', function (this: RollcallWorld, status: number, code: string) {
  assertRejected(this.response, status, code);
});

Then(
  'the request is rejected with {int} {word}: {word} at {string}',
  function (this: RollcallWorld, status: number, code: string, error: string, path: string) {
    const errors = errorsOf(assertRejected(this.response, status, code));
    assert.ok(errors.includes(`${JSON.parse(`"${path}"`) as string} ${error}`), errors.join(', '));
  },
);

Then('the request is rejected with 422 validation_failed for:', function (this: RollcallWorld, table: DataTable) {
  const withMessages = (table.raw()[0] ?? []).includes('message');
  const errors = errorsOf(assertRejected(this.response, 422, 'validation_failed'), withMessages);
  const expected = table.rows().map((row) => row.join(' '));
  assert.deepEqual(errors.sort(), expected.sort());
});

Then('the client may retry in {duration}', function (this: RollcallWorld, ms: number) {
  const { retry_after: seconds } = this.response.json<Problem>();
  assert.equal(this.response.headers.get('retry-after'), String(seconds));
  assert.ok(seconds !== undefined && isAbout(seconds * 1000, ms), String(seconds));
});

Then('the response says when to retry', function (this: RollcallWorld) {
  assert.match(this.response.headers.get('retry-after') ?? '', /^[1-9][0-9]*$/);
  assert.equal(String(this.response.json<Problem>().retry_after), this.response.headers.get('retry-after'));
});

Then('the response header {word} is {string}', function (this: RollcallWorld, name: string, value: string) {
  assert.equal(this.response.headers.get(name), value);
});

Then('the response has no {word} header', function (this: RollcallWorld, name: string) {
  assert.equal(this.response.headers.get(name) ?? null, null);
});

Then('the response has {word} {json}', function (this: RollcallWorld, field: string, value: unknown) {
  assert.deepEqual(this.response.json<Record<string, unknown>>()[field], value, this.response.text);
});

Then('the response has an ETag', function (this: RollcallWorld) {
  assert.match(this.response.headers.get('etag') ?? '', /^"[\w-]+"$/);
});

Then('the response is a cache {word}', function (this: RollcallWorld, result: string) {
  const { status, headers, text } = this.response;
  assert.deepEqual([status, headers.get('x-cache')], [200, result.toUpperCase()], text);
});

Then('both responses are identical', function (this: RollcallWorld) {
  const [before, now] = this.responses.slice(-2);
  assert.ok(before && now);
  assert.deepEqual([now.status, now.text], [before.status, before.text]);
});

Then('the response contains no internal details', function (this: RollcallWorld) {
  assert.doesNotMatch(
    this.response.text,
    /postgres|knex|objection|zod|select |\bat \/|node_modules|\.ts\b|\.js\b|Error:/i,
  );
});

Then('the response contains no password or hash', function (this: RollcallWorld) {
  assert.doesNotMatch(this.response.text, /password|hash|\$2[aby]\$/i);
  for (const { password } of this.users.values()) assert.ok(!this.response.text.includes(password));
});

Then('no request fails with a server error', function (this: RollcallWorld) {
  assert.ok(this.response.status > 0);
  assert.deepEqual(
    this.responses.filter(({ status }) => status >= 500).map(({ text }) => text),
    [],
  );
});

Then('all requests succeed', function (this: RollcallWorld) {
  assert.deepEqual(
    batchOf(this)
      .filter((response) => !isSuccess(response))
      .map(({ text }) => text),
    [],
  );
});

Then(
  'exactly {int} request(s) succeed(s) and the others are rejected with {int} {word}',
  function (this: RollcallWorld, count: number, status: number, code: string) {
    const rejected = batchOf(this).filter((response) => !isSuccess(response));
    assert.equal(batchOf(this).length - rejected.length, count);
    assert.ok(rejected.length > 0);
    for (const response of rejected) assertRejected(response, status, code);
  },
);
