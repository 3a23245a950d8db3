import assert from 'node:assert/strict';
import { defineParameterType, Given, Then, When } from '@cucumber/cucumber';
import type { Tokens } from '../../../src/contract/auth.js';
import { ensureAccount, logIn, type LoginOptions } from '../../support/accounts/accounts.js';
import { batchOf } from '../../support/http/batch.js';
import type { Caller } from '../../support/http/caller.js';
import { hashesAtOnce } from '../../support/accounts/hashing.js';
import { assertRejected } from '../../support/http/problem.js';
import type { Sending } from '../../support/http/sending.js';
import { isAbout } from '../../support/timing.js';
import type { RollcallWorld } from '../../support/world.js';

/** How long a token is valid. */
interface Lifetime {
  readonly seconds: number;
  readonly isExact: boolean;
}

const unitSeconds: Readonly<Record<string, number>> = { seconds: 1, hours: 3600, days: 86_400 };

defineParameterType({
  name: 'lifetime',
  regexp: /(about )?(\d+) (seconds|hours|days)/,
  transformer: (about: string | undefined, count: string, unit: string): Lifetime => ({
    seconds: Number(count) * (unitSeconds[unit] ?? Number.NaN),
    isExact: about === undefined,
  }),
});

defineParameterType({
  name: 'login name',
  regexp: /[A-Z]\w*|"[^"]*"/,
  transformer: (text: string) => text,
  useForSnippets: false,
});
defineParameterType({
  name: 'source',
  regexp: /[0-9a-f.:]+|different IP addresses/,
  transformer: (text: string) => text,
  useForSnippets: false,
});

Given('{account} is logged in{sent}', async function (this: RollcallWorld, name: string, sent: Sending) {
  const person = await ensureAccount(this, name);
  await sent.send(this, async (options) => {
    const response = await logIn(this, person, options);
    assert.equal(response.status, 200, response.text);
    return response;
  });
});

When(
  '{caller} logs in{fields}{sent}',
  async function (this: RollcallWorld, { name = 'Anonymous' }: Caller, fields: LoginOptions, sent: Sending) {
    await sent.send(this, (options) => logIn(this, this.user(name), { ...fields, ...options }));
  },
);

When(
  '{int} failed login(s) for {login name} come(s) from {source}',
  async function (this: RollcallWorld, count: number, login: string, source: string) {
    const username = login.startsWith('"') ? login.slice(1, -1) : this.user(login).username;
    const isOneSource = source !== 'different IP addresses';
    for (let index = 0; index < count; index += 1) {
      await logIn(this, this.user('Nobody'), {
        username,
        password: isOneSource ? `guess ${String(index)}` : 'a guess',
        clientIp: isOneSource ? source : `198.51.100.${String(index + 1)}`,
      });
    }
  },
);

When('{int} clients log in with unknown usernames at once', async function (this: RollcallWorld, count: number) {
  await hashesAtOnce(this, count, (index) => logIn(this, this.user('Nobody'), { username: `nobody-${String(index)}` }));
});

Then('all requests are rejected with {int} {word}', function (this: RollcallWorld, status: number, code: string) {
  for (const response of batchOf(this)) assertRejected(response, status, code);
});

Then(
  'some requests are rejected with {int} {word} and the others with {int} {word}',
  function (this: RollcallWorld, status: number, code: string, otherStatus: number, otherCode: string) {
    const overloaded = batchOf(this).filter((response) => response.status === status);
    const others = batchOf(this).filter((response) => response.status !== status);
    assert.ok(overloaded.length > 0 && others.length > 0, `${overloaded.length} overloaded, ${others.length} others`);
    for (const response of others) assertRejected(response, otherStatus, otherCode);
    for (const response of overloaded) {
      assertRejected(response, status, code);
      assert.match(response.headers.get('retry-after') ?? '', /^[1-9]/);
    }
  },
);

Then('{account} receives tokens', function (this: RollcallWorld, name: string) {
  const tokens = this.response.json<Tokens>();
  assert.deepEqual(
    [this.response.status, tokens.token_type, tokens.user.username],
    [200, 'Bearer', this.user(name).username],
  );
  assert.deepEqual([tokens.expires_in, tokens.refresh_expires_in], [900, 2_592_000]);
  assert.match(tokens.refresh_token, /^[A-Za-z0-9_-]{43}$/);
});

Then('{account} can log in{fields}', async function (this: RollcallWorld, name: string, fields: LoginOptions) {
  const { status, text } = await logIn(this, this.user(name), fields);
  assert.equal(status, 200, text);
});

Then('the last login of the account is now', function (this: RollcallWorld) {
  const body = this.response.json<Partial<Tokens> & { last_login_at?: string }>();
  const at = (body.user ?? body).last_login_at ?? '';
  assert.ok(isAbout(Date.parse(at), this.clock.now().getTime()), at);
});

Then('the {word} token is valid for {lifetime}', function (this: RollcallWorld, kind: string, lifetime: Lifetime) {
  const tokens = this.response.json<Tokens>();
  const seconds = kind === 'access' ? tokens.expires_in : tokens.refresh_expires_in;
  if (lifetime.isExact) assert.equal(seconds, lifetime.seconds);
  else assert.ok(isAbout(seconds * 1000, lifetime.seconds * 1000), this.response.text);
});

Then('a new account with email {string} is logged in', function (this: RollcallWorld, email: string) {
  const { user } = this.response.json<Tokens>();
  assert.deepEqual([this.response.status, user.email, user.email_verified], [200, email, true], this.response.text);
  assert.match(user.username, /^user-[a-z0-9]{10}$/);
});
