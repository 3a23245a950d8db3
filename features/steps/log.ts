import assert from 'node:assert/strict';
import { Then } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';

type Line = Readonly<Record<string, unknown>>;

/** The log lines that belong to the last request. */
const linesOfRequest = (world: RollcallWorld): Line[] =>
  world.logLines().filter((line) => line['request_id'] === world.response.requestId);

Then('the log line of the refusal carries that id', function (this: RollcallWorld) {
  assert.deepEqual(
    linesOfRequest(this).map(({ event, status, code }) => [event, status, code]),
    [['http.request', this.response.status, this.response.json<{ code: string }>().code]],
  );
});

Then('a log line at {word} tells of that request', function (this: RollcallWorld, level: string) {
  assert.deepEqual(
    linesOfRequest(this).map((line) => line['level']),
    [level],
  );
});

Then('the log line of that request has {word} {string}', function (this: RollcallWorld, field: string, value: string) {
  assert.deepEqual(
    linesOfRequest(this).map((line) => line[field]),
    [value],
  );
});

Then('the log line of that request has no {word}', function (this: RollcallWorld, field: string) {
  assert.deepEqual(
    linesOfRequest(this).map((line) => field in line),
    [false],
  );
});

Then('the log line of that request names {word} as the user', function (this: RollcallWorld, name: string) {
  assert.deepEqual(
    linesOfRequest(this).map((line) => line['user_id']),
    [this.user(name).id],
  );
});

Then('no log line tells of that request', function (this: RollcallWorld) {
  assert.deepEqual(linesOfRequest(this), []);
});

Then('the log tells of the refusal, with the key {word}', function (this: RollcallWorld, key: string) {
  const refusals = this.logLines().filter(
    ({ level, msg }) => level === 'error' && String(msg).startsWith('configuration refused'),
  );
  assert.deepEqual([refusals.length, String(refusals[0]?.['msg']).includes(key)], [1, true]);
});

Then('the log warns that {string}', function (this: RollcallWorld, message: string) {
  const warnings = this.logLines().filter(({ level }) => level === 'warn');
  assert.deepEqual(
    warnings.map(({ msg }) => msg),
    [message],
  );
});

const slowQueries = (world: RollcallWorld): Line[] =>
  world.logLines().filter(({ msg }) => /slow query/i.test(String(msg)));

Then('no log line tells of a slow query', function (this: RollcallWorld) {
  assert.deepEqual(slowQueries(this), []);
});

Then('a log line tells of a slow query, and not of its values', function (this: RollcallWorld) {
  const slow = slowQueries(this);
  assert.ok(slow.length > 0, 'no slow query was logged');
  assert.ok(!JSON.stringify(slow).includes('the value of a secret'));
});

Then('no password and no token stands in the log', function (this: RollcallWorld) {
  const text = JSON.stringify(this.logLines());
  const secrets = [...this.users.values()].flatMap(({ password, tokens }) => [
    password,
    tokens?.access_token,
    tokens?.refresh_token,
  ]);
  assert.ok(text.length > 2);
  for (const secret of secrets) assert.ok(secret === undefined || !text.includes(secret));
});

Then('the log tells why that request failed', function (this: RollcallWorld) {
  const [failure] = linesOfRequest(this).filter(({ msg }) => msg === 'request failed');
  const { code } = this.response.json<{ code: string }>();
  assert.deepEqual([failure?.['code'], typeof failure?.['err']], [code, 'object']);
});

Then('nothing that was answered or logged holds {string}', function (this: RollcallWorld, text: string) {
  const told = JSON.stringify([this.logLines(), this.responses.map((answer) => answer.text)]);
  assert.ok(this.response.status > 0 && !told.includes(text), told);
});

Then('the log tells that a greeting was not kept', function (this: RollcallWorld) {
  const told = linesOfRequest(this).map(({ msg }) => msg);
  assert.ok(told.includes('a greeting was not kept in the history: the database takes no writes'), told.join('; '));
});

Then('the metric {string} is {int}', async function (this: RollcallWorld, name: string, value: number) {
  const lines = (await this.app.services.metrics.expose()).split('\n');
  assert.deepEqual(
    lines.filter((line) => line.startsWith(`${name} `)),
    [`${name} ${String(value)}`],
  );
});
