import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { User } from '../../src/contract/user.js';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { invalidValue } from '../support/invalid-value.js';
import { allAtOnce } from '../support/batch.js';

const change = (
  world: RollcallWorld,
  name: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<ApiResponse> => world.send('PATCH', '/api/v1/users/me', { as: name, body, headers });

/** The body of a change of one field; an e-mail address comes with the password. */
const bodyOf = (world: RollcallWorld, name: string, field: string, value: unknown): Record<string, unknown> => ({
  [field]: value,
  ...(field === 'email' && { current_password: world.user(name).password }),
});

When(
  '{word} changes the {word} to {string}',
  async function (this: RollcallWorld, name: string, field: string, value: string) {
    await change(this, name, bodyOf(this, name, field, value));
  },
);

When('{word} changes nothing', async function (this: RollcallWorld, name: string) {
  await change(this, name, {});
});

When('{word} clears the {word}', async function (this: RollcallWorld, name: string, field: string) {
  await change(this, name, bodyOf(this, name, field, null));
});

When(
  '{word} changes the {word} to {invalid value}',
  async function (this: RollcallWorld, name: string, field: string, value: string) {
    await change(this, name, bodyOf(this, name, field, invalidValue(value)));
  },
);

When('{word} keeps the facts {string}', async function (this: RollcallWorld, name: string, facts: string) {
  await this.send('PATCH', '/api/v1/users/me', { as: name, rawBody: `{"metadata":${facts}}` });
});

When(
  '{word} changes the description {int} times at once',
  async function (this: RollcallWorld, name: string, count: number) {
    await allAtOnce(this, count, (index) => change(this, name, { description: `version ${index}` }));
  },
);

When(
  '{word} changes the description to {string} if the account is still as it was',
  async function (this: RollcallWorld, name: string, description: string) {
    await change(this, name, { description }, { 'If-Match': this.saved.get('etag') as string });
  },
);

When(
  '{word} changes the description to {string} if the account matches {string}',
  async function (this: RollcallWorld, name: string, description: string, tag: string) {
    await change(this, name, { description }, { 'If-Match': tag });
  },
);

When(
  '{int} devices of {word} change the description at once if the account is still as it was',
  async function (this: RollcallWorld, count: number, name: string) {
    const headers = { 'If-Match': this.saved.get('etag') as string };
    await allAtOnce(this, count, (index) => change(this, name, { description: `device ${index}` }, headers));
  },
);

Then("the account's {word} is {string}", function (this: RollcallWorld, field: string, value: string) {
  assert.equal(this.response.status, 200, this.response.text);
  assert.equal(this.response.json<Record<string, unknown>>()[field], value);
});

Then("the account's {word} is empty", function (this: RollcallWorld, field: string) {
  assert.deepEqual(
    [this.response.status, this.response.json<Record<string, unknown>>()[field]],
    [200, null],
    this.response.text,
  );
});

Then('the account keeps the facts {string}', function (this: RollcallWorld, facts: string) {
  assert.deepEqual(
    [this.response.status, this.response.json<User>().metadata],
    [200, JSON.parse(facts)],
    this.response.text,
  );
});

Then("the account's e-mail address is {string}, {word}", function (this: RollcallWorld, email: string, state: string) {
  const user = this.response.json<User>();
  assert.deepEqual([user.email, user.email_verified], [email, state === 'verified']);
});

Then('the account has another version than before', function (this: RollcallWorld) {
  const tags = this.responses.slice(-2).map(({ headers }) => headers.get('etag'));
  assert.ok(this.response.status === 200 && tags[0] !== tags[1] && tags.every((tag) => tag !== null), tags.join(' '));
});

Then("{word}'s account is as it was", async function (this: RollcallWorld, name: string) {
  const before = this.saved.get('etag');
  await this.send('GET', '/api/v1/users/me', { as: name });
  assert.deepEqual([this.response.status, this.response.headers.get('etag')], [200, before]);
});
