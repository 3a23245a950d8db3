import assert from 'node:assert/strict';
import { defineParameterType, Then, When, type DataTable } from '@cucumber/cucumber';
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

/** Statuses by their names in steps. */
const statuses: Readonly<Record<string, number>> = {
  '200 OK': 200,
  '201 Created': 201,
  '204 No Content': 204,
  '304 Not Modified': 304,
  '404 Not Found': 404,
};

defineParameterType({
  name: 'status',
  regexp: Object.keys(statuses).map((name) => new RegExp(name)),
  transformer: (name: string) => statuses[name],
});

Then('the response is {status}', function (this: RollcallWorld, expected: number) {
  const { status, text, headers } = this.response;
  assert.equal(status, expected, text);
  if (expected !== 204 && expected !== 304) assert.ok(text.length > 2);
  else assert.deepEqual([text, headers.get('content-type'), headers.get('content-length')], ['', null, null]);
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

Then(
  /^the response header (\S+) (is|contains) ("[^"]*"|'[^']*')$/,
  function (this: RollcallWorld, name: string, comparison: string, quoted: string) {
    const [found, value] = [this.response.headers.get(name), quoted.slice(1, -1)];
    if (comparison === 'is') assert.equal(found, value);
    else assert.ok(found?.split(/[,;] ?/).includes(value), String(found));
  },
);

Then(/^the response has no (rate limit|\S+) headers?$/, function (this: RollcallWorld, name: string) {
  const names = name === 'rate limit' ? ['ratelimit', 'ratelimit-policy', 'retry-after'] : [name];
  assert.deepEqual(
    names.filter((each) => this.response.headers.has(each)),
    [],
  );
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

Then('the response contains no internal details', function (this: RollcallWorld) {
  assert.doesNotMatch(
    this.response.text,
    /postgres|knex|objection|zod|select |\bat \/|node_modules|\.ts\b|\.js\b|Error:/i,
  );
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
