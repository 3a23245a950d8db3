import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { tokensOf } from '../../support/accounts/accounts.js';
import {
  consoleCookie,
  consoleTokenOf,
  cookieOf,
  logInToConsole,
  sendFromConsole,
} from '../../support/console/session.js';
import type { RollcallWorld } from '../../support/world.js';

const refresh = ['POST', '/console/session/refresh'] as const;

Given('{account} is logged in to the console', async function (this: RollcallWorld, name: string) {
  const { status, text } = await logInToConsole(this, name);
  assert.equal(status, 200, text);
});

When(
  /^(\w+) logs in to the console( with a wrong password)?$/,
  async function (this: RollcallWorld, name: string, wrong: string | null) {
    await logInToConsole(this, name, wrong === null ? {} : { password: 'not the password of anybody' });
  },
);

When(
  '{account} logs in to the console at https:\\/\\/{word}',
  async function (this: RollcallWorld, name: string, host: string) {
    await this.operator.set('server.publicUrl', `https://${host}`);
    await logInToConsole(this, name, { origin: `https://${host}` });
  },
);

When(
  'a page of {string} logs {account} in to the console',
  async function (this: RollcallWorld, origin: string, name: string) {
    await logInToConsole(this, name, { origin });
  },
);

When('{account} refreshes the console session', async function (this: RollcallWorld, name: string) {
  await sendFromConsole(this, name, refresh);
});

When(
  "a page of {string} refreshes {account}'s console session",
  async function (this: RollcallWorld, origin: string, name: string) {
    await sendFromConsole(this, name, refresh, { origin });
  },
);

When(
  'a page of {string} logs {account} out of the console',
  async function (this: RollcallWorld, origin: string, name: string) {
    await sendFromConsole(this, name, ['DELETE', '/console/session'], { origin });
  },
);

When('{account} logs out of the console', async function (this: RollcallWorld, name: string) {
  await sendFromConsole(this, name, ['DELETE', '/console/session']);
});

When(
  "the token of {account}'s console cookie is used at POST \\/api\\/v1\\/auth\\/refresh",
  async function (this: RollcallWorld, name: string) {
    await this.send('POST', '/api/v1/auth/refresh', { body: { refresh_token: cookieOf(this, name) } });
  },
);

When(
  "{account}'s other refresh token is used as the console cookie",
  async function (this: RollcallWorld, name: string) {
    const kept = cookieOf(this, name);
    await sendFromConsole(this, name, refresh, { cookie: tokensOf(this, name).refresh_token });
    this.saved.set(`console cookie of ${name}`, kept);
  },
);

Then('the response has no refresh token in its body', function (this: RollcallWorld) {
  const names = Object.keys(this.response.json<Record<string, unknown>>()).sort();
  assert.deepEqual(names, ['access_token', 'expires_in', 'idle_timeout', 'token_type', 'user']);
});

Then(
  /^the console cookie is HttpOnly, SameSite=Strict, (not )?Secure and limited to (\S+)$/,
  function (this: RollcallWorld, not: string | null, path: string) {
    const [, ...attributes] = (consoleCookie(this.response) ?? '').split('; ');
    const secure = not === null ? ['Secure'] : [];
    assert.deepEqual(
      attributes.filter((attribute) => !attribute.startsWith('Max-Age=')),
      [`Path=${path}`, 'HttpOnly', ...secure, 'SameSite=Strict'],
    );
    assert.ok(attributes.includes('Max-Age=1800'), attributes.join());
  },
);

Then('the console cookie is removed', function (this: RollcallWorld) {
  assert.match(consoleCookie(this.response) ?? '', /^rollcall_console=; .*Max-Age=0;/);
});

Then(/^the console session is (refreshed|forbidden)$/, function (this: RollcallWorld, result: string) {
  assert.equal(this.response.status, result === 'refreshed' ? 200 : 403, this.response.text);
});

Then("{account}'s console token can read the overview", async function (this: RollcallWorld, name: string) {
  const { status, text } = await this.send('GET', '/api/v1/admin/overview', { token: consoleTokenOf(this, name) });
  assert.equal(status, 200, text);
});

Then("{account}'s console token is rejected", async function (this: RollcallWorld, name: string) {
  const { status, text } = await this.send('GET', '/api/v1/admin/me', { token: consoleTokenOf(this, name) });
  assert.equal(status, 401, text);
});
