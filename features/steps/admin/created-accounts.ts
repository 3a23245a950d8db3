import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { AdminUser } from '../../../src/contract/admin-user.js';
import type { Sending } from '../../support/http/sending.js';
import type { RollcallWorld } from '../../support/world.js';

/** The response to a new account or to a password reset token. */
interface Created {
  readonly user?: AdminUser;
  readonly token: string | null;
  readonly expires_at: string;
}

When(
  '{account} creates an account for {account}{fields}{sent}',
  async function (
    this: RollcallWorld,
    caller: string,
    name: string,
    fields: Readonly<Record<string, unknown>>,
    sent: Sending,
  ) {
    const person = this.user(name);
    const body = { username: person.username, ...fields };
    await sent.send(this, async (options) => {
      const response = await this.send('POST', '/api/v1/admin/users', { as: caller, body, ...options });
      if (response.status === 201) person.id = response.json<Created>().user?.id ?? '';
      return response;
    });
  },
);

When('{account} sets her first password with the token', async function (this: RollcallWorld, name: string) {
  const { token } = this.responses.findLast(({ status }) => status === 201)?.json<Created>() ?? {};
  const body = { token, new_password: this.user(name).password };
  await this.send('POST', '/api/v1/auth/password-reset/complete', { body });
});

Then('the response contains a token that is valid for {duration}', function (this: RollcallWorld, ms: number) {
  const { token, expires_at: expiresAt } = this.response.json<Created>();
  assert.equal(this.response.status, 201, this.response.text);
  assert.match(token ?? '', /^[A-Za-z0-9_-]{43}$/);
  assert.ok(Math.abs(Date.parse(expiresAt) - this.clock.now().getTime() - ms) < 15_000, expiresAt);
});

Then(
  /^both responses are identical( except for the token)?$/,
  function (this: RollcallWorld, exception: string | null) {
    const [before, now] = this.responses.slice(-2);
    assert.ok(before && now);
    if (exception === null) assert.deepEqual([now.status, now.text], [before.status, before.text]);
    else {
      assert.equal(this.response.status, 201, this.response.text);
      assert.deepEqual(now.json(), { ...before.json<Created>(), token: null });
    }
  },
);
