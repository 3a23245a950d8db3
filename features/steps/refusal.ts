import assert from 'node:assert/strict';
import { Then, type DataTable } from '@cucumber/cucumber';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { isAbout } from './time.js';

/** The body of every refusal (RFC 9457). */
interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly request_id: string;
  readonly errors?: readonly { readonly path: string; readonly code: string; readonly message: string }[];
  readonly retry_after?: number;
}

/** Checks that an answer is this refusal, in the one form that all refusals have, and gives its body. */
export const assertRefused = (answer: ApiResponse, status: number, code: string): Problem => {
  const problem = answer.json<Problem>();
  assert.deepEqual([answer.status, problem.code, problem.status], [status, code, status], answer.text);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json; charset=utf-8$/);
  assert.equal(problem.type, `urn:rollcall:problem:${code}`);
  assert.equal(problem.request_id, answer.requestId);
  assert.equal(problem.instance, answer.path.split('?')[0]);
  assert.ok(problem.title !== '' && problem.detail !== '');
  assert.notEqual(problem.detail, problem.title);
  return problem;
};

/** The places of the faults that a refusal tells, as `path code`. */
export const faultsOf = (problem: Problem): string[] =>
  (problem.errors ?? []).map(({ path, code }) => `${path} ${code}`);

Then('it is refused with {int} {word}', function (this: RollcallWorld, status: number, code: string) {
  assertRefused(this.response, status, code);
});

Then(
  'it is refused with {int} {word} at {string} as {word}',
  function (this: RollcallWorld, status: number, code: string, path: string, fault: string) {
    const faults = faultsOf(assertRefused(this.response, status, code));
    assert.ok(faults.includes(`${JSON.parse(`"${path}"`) as string} ${fault}`), faults.join(', '));
  },
);

Then('it is refused with all of these faults at once:', function (this: RollcallWorld, table: DataTable) {
  const faults = faultsOf(assertRefused(this.response, 422, 'validation_failed'));
  assert.deepEqual(
    faults.sort(),
    table
      .rows()
      .map((row) => row.join(' '))
      .sort(),
  );
});

Then('it may be tried again in {duration}', function (this: RollcallWorld, ms: number) {
  const { retry_after: told } = this.response.json<Problem>();
  assert.equal(this.response.headers.get('retry-after'), String(told));
  assert.ok(told !== undefined && isAbout(told * 1000, ms), String(told));
});

Then('it tells after how many seconds to try again', function (this: RollcallWorld) {
  assert.match(this.response.headers.get('retry-after') ?? '', /^[1-9][0-9]*$/);
  assert.equal(String(this.response.json<Problem>().retry_after), this.response.headers.get('retry-after'));
});

Then('it asks for a bearer token', function (this: RollcallWorld) {
  assert.equal(this.response.headers.get('www-authenticate'), 'Bearer');
});

Then('it says that the bearer token is invalid', function (this: RollcallWorld) {
  assert.equal(this.response.headers.get('www-authenticate'), 'Bearer error="invalid_token"');
});

Then('it tells nothing of the inside', function (this: RollcallWorld) {
  assert.doesNotMatch(
    this.response.text,
    /postgres|knex|objection|zod|select |\bat \/|node_modules|\.ts\b|\.js\b|Error:/i,
  );
});

Then('its detail is {string}', function (this: RollcallWorld, detail: string) {
  assert.equal(this.response.json<{ detail: string }>().detail, detail);
});

Then('it accepts the content codings {string}', function (this: RollcallWorld, codings: string) {
  assert.equal(this.response.headers.get('accept-encoding'), codings);
});
