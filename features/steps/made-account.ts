import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { AdminUser } from '../../src/contract/admin-user.js';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { act } from './administration.js';

/** The answer to an account that was made, or to a token that was issued. */
interface Made {
  readonly user?: AdminUser;
  readonly token: string | null;
  readonly expires_at: string;
}

const make = async (
  world: RollcallWorld,
  who: string,
  whom: string,
  extra: object = {},
  headers: Record<string, string> = {},
): Promise<ApiResponse> => {
  const person = world.user(whom);
  const body = { username: person.username, ...extra };
  const answer = await world.send('POST', '/api/v1/admin/users', { as: who, body, headers });
  if (answer.status === 201) person.id = answer.json<Made>().user?.id ?? '';
  return answer;
};

When('{word} makes an account for {word}', async function (this: RollcallWorld, who: string, whom: string) {
  await make(this, who, whom);
});

When(
  '{word} makes an account for {word} with the role(s) {string}',
  async function (this: RollcallWorld, who: string, whom: string, roles: string) {
    await make(this, who, whom, { roles: roles.split(', ') });
  },
);

When(
  '{word} makes an account for {word} with the key {string}',
  async function (this: RollcallWorld, who: string, whom: string, key: string) {
    await make(this, who, whom, {}, { 'Idempotency-Key': key });
  },
);

When(
  '{word} tries to make an account for {word} with a {string} of their own',
  async function (this: RollcallWorld, who: string, whom: string, field: string) {
    await make(this, who, whom, { [field]: 'mine' });
  },
);

When(
  '{word} tries to issue a token for {word} with the key {string}',
  async function (this: RollcallWorld, who: string, whom: string, key: string) {
    await act(this, who, 'issue a token for', this.user(whom).id, { 'Idempotency-Key': key });
  },
);

When('{word} sets the first password with that token', async function (this: RollcallWorld, name: string) {
  const { token } = this.response.json<Made>();
  const body = { token, new_password: this.user(name).password };
  await this.send('POST', '/api/v1/auth/password-reset/complete', { body });
});

Then('a token is shown, good for {int} minutes', function (this: RollcallWorld, minutes: number) {
  const { token, expires_at: expiresAt } = this.response.json<Made>();
  assert.equal(this.response.status, 201, this.response.text);
  assert.match(token ?? '', /^[A-Za-z0-9_-]{43}$/);
  assert.ok(Math.abs(Date.parse(expiresAt) - this.clock.now().getTime() - minutes * 60_000) < 15_000, expiresAt);
});

Then('the same answer comes as before, but for the token', function (this: RollcallWorld) {
  const [before, now] = this.responses.slice(-2).map((answer) => answer.json<Made>());
  assert.ok(before && this.response.status === 201, this.response.text);
  assert.deepEqual(now, { ...before, token: null });
});
