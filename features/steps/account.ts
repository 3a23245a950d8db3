import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { ApiResponse, TestUser, RollcallWorld } from '../support/world.js';
import type { User } from '../../src/contract/user.js';
import { timed } from './time.js';
import { allAtOnce } from './together.js';

/** What a person may want to say in other words than usual when registering. */
type Extra = Readonly<Record<string, unknown>>;

/** Registers a person; `extra` replaces or adds fields of the body. */
export const register = (
  world: RollcallWorld,
  person: TestUser,
  extra: Extra = {},
  options: Parameters<RollcallWorld['send']>[2] = {},
): Promise<ApiResponse> => {
  const body = { username: person.username, password: person.password, ...extra };
  return world.send('POST', '/api/v1/auth/register', { body, ...options });
};

/** Makes the account of a person who has none yet. */
export const ensureAccount = async (world: RollcallWorld, name: string): Promise<TestUser> => {
  const person = world.user(name);
  if (person.id !== undefined) return person;
  const answer = await register(world, person);
  assert.equal(answer.status, 201, answer.text);
  person.id = answer.json<{ user: User }>().user.id;
  return person;
};

Given('{word} has an account', async function (this: RollcallWorld, name: string) {
  await ensureAccount(this, name);
});

Given(
  '{word} has an account with the e-mail address {string}',
  async function (this: RollcallWorld, name: string, email: string) {
    const person = this.user(name);
    const answer = await register(this, person, { email });
    person.id = answer.json<{ user: User }>().user.id;
    person.email = email;
  },
);

Given(
  '{word} has an account with the password {string}',
  async function (this: RollcallWorld, name: string, password: string) {
    this.user(name).password = JSON.parse(`"${password}"`) as string;
    await ensureAccount(this, name);
  },
);

When('{word} registers', async function (this: RollcallWorld, name: string) {
  await timed(this, async () => {
    await register(this, this.user(name));
  });
});

When('{word} registers on the second instance', async function (this: RollcallWorld, name: string) {
  await register(this, this.user(name), {}, { to: this.saved.get('second') as string });
});

When(
  '{word} registers with the password {string}',
  async function (this: RollcallWorld, name: string, password: string) {
    await register(this, this.user(name), { password: JSON.parse(`"${password}"`) as string });
  },
);

When(
  '{word} registers with a password of {int} characters',
  async function (this: RollcallWorld, name: string, length: number) {
    await register(this, this.user(name), {
      password: 'seven lanterns over the bay '.repeat(length).slice(0, length),
    });
  },
);

When(
  '{word} registers with the e-mail address {string}',
  async function (this: RollcallWorld, name: string, email: string) {
    await register(this, this.user(name), { email });
  },
);

When(
  '{word} registers with the e-mail address {string} and the password {string}',
  async function (this: RollcallWorld, name: string, email: string, password: string) {
    await register(this, this.user(name), { email, password });
  },
);

When('somebody registers as {string}', async function (this: RollcallWorld, username: string) {
  await register(this, this.user('Somebody'), { username });
});

When('{word} registers with a goal and a description of two lines', async function (this: RollcallWorld, name: string) {
  await register(this, this.user(name), { current_goal: 'to see it run', description: 'Countess.\n\tWrites notes.' });
});

When(
  '{int} people from everywhere register at once as {string}, each in another case',
  async function (this: RollcallWorld, count: number, username: string) {
    const spell = (index: number): string =>
      [...username].map((letter, at) => ((index >> (at % 6)) & 1 ? letter.toUpperCase() : letter)).join('');
    const one = (index: number): Promise<ApiResponse> =>
      register(this, this.user('Somebody'), { username: spell(index) }, { clientIp: `192.0.2.${index + 1}` });
    await allAtOnce(this, count, one);
  },
);

Then('{word} has got an account', function (this: RollcallWorld, name: string) {
  const { user } = this.response.json<{ user: User }>();
  assert.deepEqual([this.response.status, user.username], [201, this.user(name).username], this.response.text);
  assert.match(user.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual([user.roles, user.status, user.email_verified, user.metadata], [['user'], 'active', false, {}]);
  assert.equal(this.response.headers.get('location'), '/api/v1/users/me');
});

Then('the new account is called {string}', function (this: RollcallWorld, username: string) {
  assert.equal(this.response.json<{ user: User }>().user.username, username);
});

Then(
  'the new account has the e-mail address {string}, which nobody has verified',
  function (this: RollcallWorld, email: string) {
    const { user } = this.response.json<{ user: User }>();
    assert.deepEqual([user.email, user.email_verified], [email, false]);
  },
);

Then('the new account has that goal and that description', function (this: RollcallWorld) {
  const { user } = this.response.json<{ user: User }>();
  assert.deepEqual([user.current_goal, user.description], ['to see it run', 'Countess.\n\tWrites notes.']);
});

Then('the answer shows no password and no hash', function (this: RollcallWorld) {
  assert.doesNotMatch(this.response.text, /password|hash|\$2[aby]\$/i);
  for (const { password } of this.users.values()) assert.ok(!this.response.text.includes(password));
});
