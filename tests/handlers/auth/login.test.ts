import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { logIn, registerUser, type TestUser } from '../../support/registered-users.js';
import { useTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;

useTestApp(
  (started) => {
    app = started;
  },
  { settings: { server: { trustedProxyHops: 1 }, rateLimit: { mail: { points: 1000 }, register: { points: 1000 } } } },
);

beforeEach(() => {
  // Retry-After is compared to the second, so time stands still.
  const [now, ms] = [app.clock.now(), app.clock.monotonicMs()];
  vi.spyOn(app.clock, 'now').mockReturnValue(now);
  vi.spyOn(app.clock, 'monotonicMs').mockReturnValue(ms);
});

afterEach(() => {
  vi.restoreAllMocks();
});

type Identifier = 'username' | 'email';
type Attempt = readonly [identifier: Identifier, client: number];

const times = (count: number, ...attempt: Attempt): Attempt[] => Array.from({ length: count }, () => attempt);
const fromEach = (clients: readonly number[], identifier: Identifier): Attempt[] =>
  clients.map((client) => [identifier, client]);

/** The client that the account has logged in from. */
const known = 1;
const wrong = 'a wrong guess, surely';

/** The attempts before the responses are compared; the limits are 5 for a pair and 10 for a name. */
const table: Record<string, readonly Attempt[]> = {
  'nothing before': [],
  'the pair of username and client exhausted': times(5, 'username', 2),
  'the pair of email address and client exhausted': times(5, 'email', 2),
  'the username exhausted': fromEach([11, 12, 13, 14, 15, 16, 17, 18, 19, 20], 'username'),
  'the email address exhausted': fromEach([11, 12, 13, 14, 15, 16, 17, 18, 19, 20], 'email'),
  'the account exhausted, neither of its names': [...times(5, 'email', 2), ...times(5, 'username', 3)],
  'the account exhausted, one short of the username': [
    ...fromEach([11, 12, 13, 14, 15, 16, 17, 18, 19], 'username'),
    ...times(3, 'email', 2),
  ],
  'guesses from the client that is known': [
    ...times(4, 'username', known),
    ...fromEach([11, 12, 13, 14, 15, 16], 'username'),
  ],
  'both names exhausted': [
    ...fromEach([11, 12, 13, 14, 15, 16, 17, 18, 19, 20], 'username'),
    ...fromEach([21, 22, 23, 24, 25, 26, 27, 28, 29, 30], 'email'),
  ],
};

/** The attempts whose responses are compared, one after the other. */
const probes: readonly Attempt[] = (['username', 'email'] as const).flatMap((identifier): Attempt[] => [
  ...([known, 2, 40, 41] as const).map((client): Attempt => [identifier, client]),
  [identifier, known],
]);

let network = 0;

/** Everything a client can see of a login but its request id, and the hash calls it cost. */
const observer = (names: Record<Identifier, string>) => {
  network += 1;
  const prefix = `10.0.${String(network)}`;
  return async ([identifier, client]: Attempt, password = wrong): Promise<unknown> => {
    const before = app.services.passwords.calls;
    const { status, headers, body } = await app.send('POST', '/api/v1/auth/login', {
      body: { username: names[identifier], password },
      headers: { 'X-Forwarded-For': `${prefix}.${String(client)}` },
    });
    const { request_id: _, ...rest } = body as Record<string, unknown>;
    const seen = [...headers].filter(([name]) => !['x-request-id', 'date'].includes(name));
    return { status, body: status === 200 ? null : rest, headers: seen, hashes: app.services.passwords.calls - before };
  };
};

const unknownOf = ({ username, email }: TestUser): Record<Identifier, string> => ({
  username: `no-${username}`,
  email: `no-${email}`,
});

describe('wrong passwords for existing and unknown usernames', () => {
  it.each(Object.entries(table))('are answered the same: %s', async (_, attempts) => {
    const user = await registerUser(app);
    const existing = observer(user);
    const unknown = observer(unknownOf(user));
    // The owner logs in; the other side makes as many requests, for a name that is not looked at again.
    expect(await existing(['username', known], user.password)).toMatchObject({ status: 200 });
    await app.send('POST', '/api/v1/auth/login', {
      body: { username: `other-${user.username}`, password: wrong },
      headers: { 'X-Forwarded-For': `10.0.${String(network)}.${String(known)}` },
    });
    const run = async (observe: ReturnType<typeof observer>): Promise<unknown[]> => {
      const seen = [];
      for (const attempt of [...attempts, ...probes]) seen.push(await observe(attempt));
      return seen;
    };
    expect(await run(existing)).toEqual(await run(unknown));
  });
});

describe('the right password', () => {
  it('gets the response of a wrong one if the account is blocked under its other name', async () => {
    const user = await registerUser(app);
    const observe = observer(user);
    for (const attempt of fromEach([11, 12, 13, 14, 15, 16, 17, 18, 19, 20], 'email')) await observe(attempt);
    const rejected = await observe(['username', 40]);
    expect(rejected).toMatchObject({ status: 401 });
    expect(await observe(['username', 41], user.password)).toEqual(rejected);
  });

  it('works from a client that the account has logged in from, whichever limits other clients have exhausted', async () => {
    const user = await registerUser(app);
    const observe = observer(user);
    expect(await observe(['email', known], user.password)).toMatchObject({ status: 200 });
    for (const attempt of table['both names exhausted'] ?? []) await observe(attempt);
    expect(await observe(['username', known])).toMatchObject({ status: 429 });
    expect(await observe(['username', known], user.password)).toMatchObject({ status: 200 });
    expect(await observe(['email', known], user.password)).toMatchObject({ status: 200 });
    expect(await observe(['username', 40], user.password)).toMatchObject({ status: 429 });
  });

  it('does not use up attempts, from however many clients', async () => {
    const user = await registerUser(app);
    const observe = observer(user);
    for (let client = 1; client <= 25; client += 1) {
      const identifier = client % 2 === 0 ? 'username' : 'email';
      expect(await observe([identifier, client], user.password)).toMatchObject({ status: 200 });
    }
  });
});

it('finds no account by a name in look-alike characters, and counts it separately', async () => {
  const user = await registerUser(app);
  const kate = `kate-${user.username}`;
  await app.services.db.knex('users').where({ username: user.username }).update({ username: kate });
  const lookalike = kate.replace('k', '\u212a');
  expect((await logIn(app, lookalike, user.password)).status).toBe(401);
  for (let index = 0; index < 5; index += 1) await logIn(app, lookalike, wrong);
  expect((await logIn(app, kate.toUpperCase(), user.password)).status).toBe(200);
});
