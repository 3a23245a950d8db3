import { describe, expect, it } from 'vitest';
import { withoutRateLimits, useTestApp, type TestApp } from '../../support/test-app.js';
import { deliver, tokenFromMail, tokenOf } from '../../support/mailbox.js';
import {
  accessToken,
  logIn,
  registerUser,
  countOutcomes,
  outcomeOf,
  type TestUser,
} from '../../support/registered-users.js';

let app: TestApp;

useTestApp(
  (started) => {
    app = started;
  },
  { settings: withoutRateLimits, each: true },
);

const ask = (token: string) => app.send('POST', '/api/v1/auth/email-verification/request', { token });
const complete = (token: string) => app.send('POST', '/api/v1/auth/email-verification/complete', { body: { token } });
const patch = (token: string, body: unknown) => app.send('PATCH', '/api/v1/users/me', { token, body });
const isVerified = async (token: string): Promise<boolean> => {
  const { body } = await app.send('GET', '/api/v1/users/me', { token });
  return (body as { email_verified: boolean }).email_verified;
};
const register = async (email: string): Promise<TestUser> => {
  const username = `v${String(Math.floor(performance.now() * 1000))}`;
  const user = { username, email, password: 'walnut orchard in the rain' };
  expect((await app.send('POST', '/api/v1/auth/register', { body: user })).status).toBe(201);
  return user;
};

describe('email verification', () => {
  it('is requested by a registration, and allows logins with the address', async () => {
    const user = await register('Proof@example.org');
    const mails = await deliver(app);
    expect(mails).toMatchObject([
      { to: 'Proof@example.org', kind: 'email_verification', variables: { expires_in: '1 day' } },
    ]);
    expect(mails[0]?.variables['link']).toContain(`${app.url}/verify-email#token=`);
    expect(outcomeOf(await logIn(app, 'proof@example.org', user.password))).toBe('401 invalid_credentials');
    expect((await complete(tokenOf(mails[0]))).status).toBe(204);
    expect((await logIn(app, 'proof@example.org', user.password)).status).toBe(200);
    expect(await isVerified(await accessToken(app, user))).toBe(true);
  });

  it('leaves no email behind when the registration fails', async () => {
    const user = await registerUser(app);
    const again = await app.send('POST', '/api/v1/auth/register', { body: user });
    expect(outcomeOf(again)).toBe('409 username_taken');
    expect(await deliver(app)).toEqual([]);
  });

  it('can be requested again, which invalidates the older link', async () => {
    const user = await register('again@example.org');
    const older = await tokenFromMail(app);
    const token = await accessToken(app, user);
    const answer = await ask(token);
    expect([answer.status, answer.body]).toEqual([202, {}]);
    const newer = await tokenFromMail(app);
    expect(outcomeOf(await complete(older))).toBe('401 invalid_token');
    expect((await complete(newer)).status).toBe(204);
    expect(outcomeOf(await ask(token))).toBe('409 already_verified');
  });

  it('requires an address and a login, and is rate limited', async () => {
    const user = await registerUser(app, { isVerified: false });
    const token = await accessToken(app, user);
    expect(outcomeOf(await app.send('POST', '/api/v1/auth/email-verification/request'))).toBe('401 unauthorized');
    await patch(token, { email: null, current_password: user.password });
    expect(outcomeOf(await ask(token))).toBe('409 no_email');
    await patch(token, { email: user.email, current_password: user.password });
    await app.configure({ rateLimit: { mail: { points: 2 } } });
    expect((await ask(token)).status).toBe(202);
    expect((await ask(token)).status).toBe(202);
    expect(outcomeOf(await ask(token))).toBe('429 too_many_attempts');
  });

  it('works once in 50 concurrent uses', async () => {
    await registerUser(app, { isVerified: false });
    const user = await register('many@example.org');
    const token = tokenOf((await deliver(app)).find(({ to }) => to === user.email));
    const answers = await Promise.all(Array.from({ length: 50 }, () => complete(token)));
    expect(countOutcomes(answers)).toEqual({ 204: 1, '401 invalid_token': 49 });
  });

  it('is requested again after a change of the address, and the link to the previous one is invalid', async () => {
    const user = await registerUser(app, { isVerified: false });
    const token = await accessToken(app, user);
    await ask(token);
    const old = await tokenFromMail(app);
    expect((await patch(token, { email: 'moved@example.org', current_password: user.password })).status).toBe(200);
    const [mail] = await deliver(app);
    expect(mail?.to).toBe('moved@example.org');
    expect(outcomeOf(await complete(old))).toBe('401 invalid_token');
    expect((await complete(tokenOf(mail))).status).toBe(204);
    const spelling = { email: 'Moved@Example.org', current_password: user.password };
    expect((await patch(token, spelling)).status).toBe(200);
    expect(await deliver(app)).toEqual([]);
    expect(await isVerified(token)).toBe(true);
  });

  it('is not emailed to an address that was changed before the email was written', async () => {
    const user = await register('first@example.org');
    const change = { email: 'second@example.org', current_password: user.password };
    expect((await patch(await accessToken(app, user), change)).status).toBe(200);
    expect((await deliver(app)).map(({ to }) => to)).toEqual(['second@example.org']);
  });

  it('fails if another account has verified the address', async () => {
    await register('shared@example.org');
    const first = await tokenFromMail(app);
    await register('SHARED@example.org');
    const second = await tokenFromMail(app);
    expect((await complete(first)).status).toBe(204);
    expect(outcomeOf(await complete(second))).toBe('409 email_taken');
  });

  it('expires, and its link resets no password', async () => {
    await register('late@example.org');
    const token = await tokenFromMail(app);
    const body = { token, new_password: 'seven lanterns over the bay' };
    expect(outcomeOf(await app.send('POST', '/api/v1/auth/password-reset/complete', { body }))).toBe(
      '401 invalid_token',
    );
    app.clock.advance(24 * 3_600_000);
    expect(outcomeOf(await complete(token))).toBe('401 invalid_token');
  });

  it('lasts as long as is set when the email is written', async () => {
    await register('short@example.org');
    await app.configure({ ...withoutRateLimits, auth: { emailVerification: { ttl: '90s' } } });
    const [mail] = await deliver(app);
    expect(mail?.variables['expires_in']).toBe('1 minute 30 seconds');
    app.clock.advance(91_000);
    expect(outcomeOf(await complete(tokenOf(mail)))).toBe('401 invalid_token');
  });
});
