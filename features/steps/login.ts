import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Tokens } from '../../src/contract/auth.js';
import type { ApiResponse, TestUser, RollcallWorld } from '../support/world.js';
import { ensureAccount } from './account.js';
import { isAbout } from './time.js';
import { allAtOnce, batchOf } from './together.js';

/** What a login may differ in from the usual one. */
interface LoginOptions {
  readonly username?: string;
  readonly password?: string;
  readonly to?: string;
  readonly address?: string;
  readonly headers?: Record<string, string>;
}

/** Logs a person in; the tokens of a success become the person's. */
export const logIn = async (
  world: RollcallWorld,
  person: TestUser,
  { username = person.username, password = person.password, ...options }: LoginOptions = {},
): Promise<ApiResponse> => {
  const answer = await world.send('POST', '/api/v1/auth/login', { body: { username, password }, ...options });
  if (answer.status === 200) person.tokens = answer.json<Tokens>();
  return answer;
};

/** The tokens of a person who is logged in. */
export const tokensOf = (world: RollcallWorld, name: string): Tokens => {
  const { tokens } = world.user(name);
  assert.ok(tokens, `${name} is not logged in`);
  return tokens as Tokens;
};

Given('{word} is logged in', async function (this: RollcallWorld, name: string) {
  const answer = await logIn(this, await ensureAccount(this, name));
  assert.equal(answer.status, 200, answer.text);
});

Given('{word} is logged in from {word}', async function (this: RollcallWorld, name: string, address: string) {
  const answer = await logIn(this, await ensureAccount(this, name), { address });
  assert.equal(answer.status, 200, answer.text);
});

Given(
  '{word} is logged in with the browser {string}',
  async function (this: RollcallWorld, name: string, browser: string) {
    const answer = await logIn(this, await ensureAccount(this, name), { headers: { 'User-Agent': browser } });
    assert.equal(answer.status, 200, answer.text);
  },
);

When('{word} logs in', async function (this: RollcallWorld, name: string) {
  await logIn(this, this.user(name));
});

When('{word} tries {int} times to log in', async function (this: RollcallWorld, name: string, times: number) {
  for (let time = 0; time < times; time += 1) await logIn(this, this.user(name));
});

When('{word} logs in from {word}', async function (this: RollcallWorld, name: string, address: string) {
  await logIn(this, this.user(name), { address });
});

When('{word} logs in on the second instance', async function (this: RollcallWorld, name: string) {
  await logIn(this, this.user(name), { to: this.saved.get('second') as string });
});

When('{word} logs in as {string}', async function (this: RollcallWorld, name: string, username: string) {
  await logIn(this, this.user(name), { username });
});

When('{word} logs in with the password {string}', async function (this: RollcallWorld, name: string, password: string) {
  await logIn(this, this.user(name), { password: JSON.parse(`"${password}"`) as string });
});

When('a stranger tries a wrong password for {word}', async function (this: RollcallWorld, name: string) {
  await logIn(this, this.user(name), { password: 'certainly not the password' });
});

When(
  'a stranger tries {int} wrong passwords for {word} from {word}',
  async function (this: RollcallWorld, count: number, name: string, address: string) {
    for (let index = 0; index < count; index += 1) {
      await logIn(this, this.user(name), { password: `guess ${index}`, address });
    }
  },
);

When(
  'a stranger tries {int} wrong passwords from {word} as {string}',
  async function (this: RollcallWorld, count: number, address: string, username: string) {
    for (let index = 0; index < count; index += 1) {
      await logIn(this, this.user('Nobody'), { username, password: `guess ${index}`, address });
    }
  },
);

When(
  'strangers at {int} addresses each try a wrong password as {string}',
  async function (this: RollcallWorld, count: number, username: string) {
    for (let index = 1; index <= count; index += 1) {
      await logIn(this, this.user('Nobody'), { username, password: 'a guess', address: `198.51.100.${index}` });
    }
  },
);

When(
  '{word} logs in from {int} different addresses',
  async function (this: RollcallWorld, name: string, count: number) {
    for (let index = 1; index <= count; index += 1) {
      const answer = await logIn(this, this.user(name), { address: `198.51.100.${index}` });
      assert.equal(answer.status, 200, answer.text);
    }
  },
);

When(
  '{word} logs in from {word} with the password {string}',
  async function (this: RollcallWorld, name: string, address: string, password: string) {
    await logIn(this, this.user(name), { address, password });
  },
);

When(
  '{word} logs in as {string} with the password {string}',
  async function (this: RollcallWorld, name: string, username: string, password: string) {
    await logIn(this, this.user(name), { username, password });
  },
);

When(
  'strangers at {int} addresses each try a wrong password for {word}',
  async function (this: RollcallWorld, count: number, name: string) {
    for (let index = 1; index <= count; index += 1) {
      await logIn(this, this.user(name), { password: 'a guess', address: `198.51.100.${index}` });
    }
  },
);

When('{int} people whom nobody knows try to log in at once', async function (this: RollcallWorld, count: number) {
  await allAtOnce(this, count, (index) => logIn(this, this.user('Nobody'), { username: `nobody-${index}` }));
});

When('{int} devices of {word} log in at once', async function (this: RollcallWorld, count: number, name: string) {
  await allAtOnce(this, count, () => logIn(this, this.user(name)));
});

Then('none of them is told to wait', function (this: RollcallWorld) {
  assert.deepEqual([...new Set(batchOf(this).map(({ status }) => status))], [401]);
});

Then(
  'some of them are told to wait, and the others are refused with 401 invalid_credentials',
  function (this: RollcallWorld) {
    const [waiting, refused] = [503, 401].map((status) => batchOf(this).filter((answer) => answer.status === status));
    assert.ok(waiting?.length && refused?.length, `${waiting?.length} told to wait, ${refused?.length} refused`);
    assert.equal(waiting.length + refused.length, batchOf(this).length);
    for (const answer of waiting) assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]/);
  },
);

Then('{word} is logged in now', function (this: RollcallWorld, name: string) {
  const tokens = this.response.json<Tokens>();
  assert.deepEqual(
    [this.response.status, tokens.token_type, tokens.user.username],
    [200, 'Bearer', this.user(name).username],
  );
  assert.deepEqual([tokens.expires_in, tokens.refresh_expires_in], [900, 2_592_000]);
  assert.match(tokens.refresh_token, /^[A-Za-z0-9_-]{43}$/);
});

Then('{word} can log in', async function (this: RollcallWorld, name: string) {
  const answer = await logIn(this, this.user(name));
  assert.deepEqual([answer.status, this.response.status], [200, 200], answer.text);
});

Then(
  '{word} can log in with the password {string}',
  async function (this: RollcallWorld, name: string, password: string) {
    await logIn(this, this.user(name), { password: JSON.parse(`"${password}"`) as string });
    assert.equal(this.response.status, 200, this.response.text);
  },
);

Then('the account shows when {word} logged in', function (this: RollcallWorld, name: string) {
  assert.ok(isAbout(Date.parse(tokensOf(this, name).user.last_login_at ?? ''), this.clock.now().getTime()));
});

Then('the access token is good for {int} seconds', function (this: RollcallWorld, seconds: number) {
  assert.equal(this.response.json<Tokens>().expires_in, seconds);
});

Then('the refresh token is good for {int} seconds', function (this: RollcallWorld, seconds: number) {
  assert.equal(this.response.json<Tokens>().refresh_expires_in, seconds);
});

Then('the refresh token is good for about {duration}', function (this: RollcallWorld, ms: number) {
  assert.ok(isAbout(this.response.json<Tokens>().refresh_expires_in * 1000, ms), this.response.text);
});
