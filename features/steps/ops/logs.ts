import assert from 'node:assert/strict';
import { Then } from '@cucumber/cucumber';
import { lastProblem } from '../../support/http/raw-response.js';
import { waitUntil } from '../../support/wait-until.js';
import type { RollcallWorld } from '../../support/world.js';

type Entry = Readonly<Record<string, unknown>>;

/** How long the service may take to log a change of the level, in milliseconds. */
const timeoutMs = 10_000;

/** The log entries of the last request. */
const requestEntries = (world: RollcallWorld): Entry[] =>
  world.logLines().filter((entry) => entry['request_id'] === world.response.requestId);

const entriesWith = (world: RollcallWorld, message: string): Entry[] =>
  world.logLines().filter(({ msg }) => msg === message);

const slowQueries = (world: RollcallWorld): Entry[] =>
  world.logLines().filter(({ msg }) => /slow query/i.test(String(msg)));

/** Replaces `<Ada>` by the ID of that account. */
const withId = (world: RollcallWorld, value: unknown): unknown =>
  typeof value === 'string' ? value.replace(/^<(\w+)>$/, (_, name: string) => world.user(name).id ?? '') : value;

Then('the log entry of the request has {word} {json}', function (this: RollcallWorld, field: string, value: unknown) {
  assert.deepEqual(
    requestEntries(this).map((entry) => entry[field]),
    [withId(this, value)],
  );
});

Then('the request is not logged', function (this: RollcallWorld) {
  assert.deepEqual(requestEntries(this), []);
});

Then('the log entry of the request has no {word}', function (this: RollcallWorld, field: string) {
  assert.deepEqual(
    requestEntries(this).map((entry) => field in entry),
    [false],
  );
});

Then('the cause of the failed request is logged', function (this: RollcallWorld) {
  const [failure] = requestEntries(this).filter(({ msg }) => msg === 'request failed');
  const { code } = this.response.json<{ code: string }>();
  assert.deepEqual([failure?.['code'], typeof failure?.['err']], [code, 'object']);
});

Then('the request logs {string}', function (this: RollcallWorld, message: string) {
  const messages = requestEntries(this).map(({ msg }) => msg);
  assert.ok(messages.includes(message), messages.join('; '));
});

Then('the only warning in the log is {string}', function (this: RollcallWorld, message: string) {
  const warnings = this.logLines().filter(({ level }) => level === 'warn');
  assert.deepEqual(
    warnings.map(({ msg }) => msg),
    [message],
  );
});

Then('a warning about the rollback to revision {int} is logged', function (this: RollcallWorld, revision: number) {
  const warnings = this.logLines().filter(({ level, rollback_to: to }) => level === 'warn' && to === revision);
  assert.ok(warnings.length > 0);
});

Then('the invalid configuration is logged with the key {word}', function (this: RollcallWorld, key: string) {
  const errors = this.logLines().filter(
    ({ level, msg }) => level === 'error' && String(msg).startsWith('configuration rejected'),
  );
  assert.deepEqual([errors.length, String(errors[0]?.['msg']).includes(key)], [1, true]);
});

Then('the parse error is logged with the code {word} and its request ID', function (this: RollcallWorld, code: string) {
  const { problem } = lastProblem(this.saved.get('raw') as string);
  assert.deepEqual(
    entriesWith(this, 'invalid HTTP request').map((entry) => [
      entry['code'],
      entry['status'],
      entry['request_id'],
      typeof entry['message'],
    ]),
    [[code, problem['status'], problem['request_id'], 'string']],
  );
});

Then(
  'the end of the override is logged, and the log level is {word}',
  async function (this: RollcallWorld, level: string) {
    const ends = (): Entry[] => entriesWith(this, 'log level override ended');
    await waitUntil('the override ends', () => ends().length > 0, timeoutMs);
    assert.deepEqual([ends().length, ends()[0]?.['log_level']], [1, level]);
  },
);

Then(
  'an override with the level {word} is logged {int} times',
  async function (this: RollcallWorld, level: string, count: number) {
    const starts = (): Entry[] => entriesWith(this, 'log level overridden temporarily');
    await waitUntil('the override is active again', () => starts().length >= count, timeoutMs);
    assert.deepEqual(
      starts().map((entry) => entry['log_level']),
      Array.from({ length: count }, () => level),
    );
  },
);

Then('no slow query is logged', function (this: RollcallWorld) {
  assert.deepEqual(slowQueries(this), []);
});

Then('a slow query is logged without its parameters', function (this: RollcallWorld) {
  const slow = slowQueries(this);
  assert.ok(slow.length > 0, 'no slow query was logged');
  assert.ok(!JSON.stringify(slow).includes('the value of a secret'));
});
