import { afterEach, describe, expect, it, vi } from 'vitest';
import { accessToken, logIn, registerUser, outcomeOf } from '../support/registered-users.js';
import { useTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;

useTestApp(
  (started) => {
    app = started;
  },
  { each: true },
);

afterEach(() => {
  vi.restoreAllMocks();
});

/** Changes the configuration when the next request reads from the database, that is, after the request began. */
const configureDuringNextRequest = (settings: Readonly<Record<string, unknown>>): void => {
  const { db } = app.services;
  const read = db.read.bind(db);
  vi.spyOn(db, 'read').mockImplementationOnce(async (work) => {
    await app.configure(settings);
    return read(work);
  });
};

describe('a request during which the configuration changes', () => {
  it('is limited by the settings it began with', async () => {
    const { username } = await registerUser(app);
    await logIn(app, username, 'a wrong guess');
    configureDuringNextRequest({ rateLimit: { loginPair: { points: 1 } } });
    expect(outcomeOf(await logIn(app, username, 'a wrong guess'))).toBe('401 invalid_credentials');
    expect(outcomeOf(await logIn(app, username, 'a wrong guess'))).toBe('429 too_many_attempts');
  });

  it('gets a token with the lifetime and issuer it began with', async () => {
    const { username, password } = await registerUser(app);
    const changed = { issuer: 'changed', acceptedIssuers: ['rollcall'], access: { ttl: '1m' } };
    configureDuringNextRequest({ auth: changed });
    const tokenOf = async (): Promise<unknown[]> => {
      const { access_token: token, expires_in: lifetime } = (await logIn(app, username, password)).body as {
        access_token: string;
        expires_in: number;
      };
      const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { iss: string };
      return [claims.iss, lifetime];
    };
    expect(await tokenOf()).toEqual(['rollcall', 900]);
    expect(await tokenOf()).toEqual(['changed', 60]);
  });

  it('verifies a token by the settings it began with', async () => {
    const token = await accessToken(app, await registerUser(app));
    const { keys } = app.services;
    const find = keys.find.bind(keys);
    vi.spyOn(keys, 'find').mockImplementationOnce(async (kid) => {
      await app.configure({ auth: { issuer: 'changed' } });
      return find(kid);
    });
    expect((await app.send('GET', '/api/v1/users/me', { token })).status).toBe(200);
    expect(outcomeOf(await app.send('GET', '/api/v1/users/me', { token }))).toBe('401 invalid_token');
  });
});
