import assert from 'node:assert/strict';
import { Given, Then, When, type DataTable } from '@cucumber/cucumber';
import type { User } from '../../../src/contract/user.js';
import { ensureAccount, register } from '../../support/accounts/accounts.js';
import { allAtOnce } from '../../support/http/batch.js';
import type { Caller } from '../../support/http/caller.js';
import type { Sending } from '../../support/http/sending.js';
import { timed } from '../../support/timing.js';
import type { ApiResponse, TestUser, RollcallWorld } from '../../support/world.js';

const personOf = (world: RollcallWorld, { name = 'Anonymous' }: Caller): TestUser => world.user(name);

/** The account in a response: that of a registration or of a user endpoint. */
const accountIn = ({ status, path, text, ...response }: ApiResponse): Record<string, unknown> => {
  const isRegistration = path.endsWith('/register');
  assert.equal(status, isRegistration ? 201 : 200, text);
  const body = response.body as { user: Record<string, unknown> };
  return isRegistration ? body.user : body;
};

Given(
  '{account} has an account{fields}',
  async function (this: RollcallWorld, name: string, fields: { email?: string; password?: string }) {
    Object.assign(this.user(name), fields);
    await ensureAccount(this, name, fields);
  },
);

When(
  '{caller} registers{fields}{sent}',
  async function (this: RollcallWorld, caller: Caller, fields: Record<string, unknown>, sent: Sending) {
    await timed(this, async () => {
      await sent.send(this, (options) => register(this, personOf(this, caller), fields, options));
    });
  },
);

When('{caller} registers with:', async function (this: RollcallWorld, caller: Caller, table: DataTable) {
  const { username, password } = personOf(this, caller);
  const given = table.raw().map(([member = '', value = '']) => [member, value] as const);
  const usual = Object.entries({ username, password }).map(
    ([member, value]) => [member, JSON.stringify(value)] as const,
  );
  const all = [...usual.filter(([member]) => !given.some(([name]) => name === member)), ...given];
  // As text, since a member named __proto__ cannot be set on an object.
  const rawBody = `{${all.map(([member, value]) => `${JSON.stringify(member)}:${value}`).join()}}`;
  await this.send('POST', '/api/v1/auth/register', { rawBody });
});

When(
  '{int} clients register {string} at once in different letter cases',
  async function (this: RollcallWorld, count: number, username: string) {
    const spell = (index: number): string =>
      [...username].map((letter, at) => ((index >> (at % 6)) & 1 ? letter.toUpperCase() : letter)).join('');
    const one = (index: number): Promise<ApiResponse> =>
      register(this, this.user('Anonymous'), { username: spell(index) }, { clientIp: `192.0.2.${index + 1}` });
    await allAtOnce(this, count, one);
  },
);

Then("{account}'s account is created", function (this: RollcallWorld, name: string) {
  const { user } = this.response.json<{ user: User }>();
  assert.deepEqual([this.response.status, user.username], [201, this.user(name).username], this.response.text);
  assert.match(user.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual([user.roles, user.status, user.email_verified, user.metadata], [['user'], 'active', false, {}]);
  assert.equal(this.response.headers.get('location'), '/api/v1/users/me');
});

Then('the account has {word} {json}', function (this: RollcallWorld, field: string, value: unknown) {
  assert.deepEqual(accountIn(this.response)[field], value, this.response.text);
});
