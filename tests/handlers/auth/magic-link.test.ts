import { describe, expect, it } from 'vitest';
import { withoutRateLimits, useTestApp, type TestApp } from '../../support/test-app.js';
import { deliver, tokenFromMail, tokenOf } from '../../support/mailbox.js';
import { logIn, registerUser, countOutcomes, outcomeOf } from '../../support/registered-users.js';

interface LoggedIn {
  readonly access_token: string;
  readonly user: { id: string; username: string; email: string; email_verified: boolean; last_login_at: string };
}

let app: TestApp;

useTestApp(
  (started) => {
    app = started;
  },
  { settings: withoutRateLimits, each: true },
);

const ask = (email: string) => app.send('POST', '/api/v1/auth/magic-link/request', { body: { email } });
const consume = (token: string) => app.send('POST', '/api/v1/auth/magic-link/consume', { body: { token } });
const tokenFor = async (email: string): Promise<string> => {
  const answer = await ask(email);
  expect([answer.status, answer.body]).toEqual([202, {}]);
  return tokenFromMail(app);
};
const accountsWith = async (email: string): Promise<Record<string, unknown>[]> =>
  app.services.db.knex('users').where({ email });

describe('a login link', () => {
  it('logs in the owner of a verified address without a password', async () => {
    const registeredUser = await registerUser(app);
    const token = await tokenFor(registeredUser.email.toUpperCase());
    const answer = await consume(token);
    expect(answer.status).toBe(200);
    const { access_token: access, user } = answer.body as LoggedIn;
    expect(user).toMatchObject({ username: registeredUser.username, last_login_at: expect.any(String) as string });
    expect((await app.send('GET', '/api/v1/users/me', { token: access })).status).toBe(200);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    const event: unknown = await app.services.db
      .knex('audit_events')
      .where({ action: 'user.login', subject_id: user.id })
      .first();
    expect(event).toMatchObject({ result: 'success', details: { method: 'magic_link' } });
    expect(outcomeOf(await consume(token))).toBe('401 invalid_token');
  });

  it('creates an account for an unknown address when it is used, not before', async () => {
    const token = await tokenFor('new-user@example.org');
    expect(await accountsWith('new-user@example.org')).toEqual([]);
    const { user } = (await consume(token)).body as LoggedIn;
    expect(user.username).toMatch(/^user-[a-z0-9]{10}$/);
    expect(user).toMatchObject({ email: 'new-user@example.org', email_verified: true, roles: ['user'] });
    const again = (await consume(await tokenFor('New-User@example.org'))).body as LoggedIn;
    expect(again.user.id).toBe(user.id);
    expect(outcomeOf(await logIn(app, user.username, ''))).toBe('401 invalid_credentials');
  });

  it.each(['known', 'unknown'])('works once in 50 concurrent uses, for a %s address', async (kind) => {
    const email = kind === 'known' ? (await registerUser(app)).email : 'rush@example.org';
    const token = await tokenFor(email);
    const answers = await Promise.all(Array.from({ length: 50 }, () => consume(token)));
    expect(countOutcomes(answers)).toEqual({ 200: 1, '401 invalid_token': 49 });
    expect(await accountsWith(email)).toHaveLength(1);
  });

  it('never opens an account that only claims the address', async () => {
    const squatter = await registerUser(app, { isVerified: false });
    const { user } = (await consume(await tokenFor(squatter.email))).body as LoggedIn;
    expect(user.username).not.toBe(squatter.username);
    expect(await accountsWith(squatter.email)).toHaveLength(2);
  });

  it('does not work while registration is closed for an address without an account', async () => {
    const token = await tokenFor('waiting@example.org');
    const registeredUser = await registerUser(app);
    const known = await tokenFor(registeredUser.email);
    await app.configure({ ...withoutRateLimits, registration: { open: false } });
    expect(outcomeOf(await consume(token))).toBe('403 registration_closed');
    expect((await consume(known)).status).toBe(200);
    await app.configure(withoutRateLimits);
    expect((await consume(token)).status).toBe(200);
  });

  it('for an unknown address logs in to the account that has verified it since', async () => {
    const claimant = await registerUser(app, { isVerified: false });
    const token = await tokenFor(claimant.email);
    await app.services.db.knex('users').where({ username: claimant.username }).update({ email_verified: true });
    expect(((await consume(token)).body as LoggedIn).user.username).toBe(claimant.username);
  });

  it('is not sent to blocked and deleted users, and does not log them in', async () => {
    for (const change of [{ status: 'blocked' }, { deleted_at: new Date() }]) {
      const registeredUser = await registerUser(app);
      const token = await tokenFor(registeredUser.email);
      await app.services.db.knex('users').where({ username: registeredUser.username }).update(change);
      expect(outcomeOf(await consume(token))).toBe('401 invalid_token');
      expect((await ask(registeredUser.email)).status).toBe(202);
      expect(await deliver(app)).toEqual([]);
    }
  });

  it('is invalid after a newer one, after its expiry, and after a change of the address', async () => {
    const registeredUser = await registerUser(app);
    const older = await tokenFor(registeredUser.email);
    const newer = await tokenFor(registeredUser.email);
    expect(outcomeOf(await consume(older))).toBe('401 invalid_token');
    const { access_token: access } = (await consume(newer)).body as LoggedIn;
    const expired = await tokenFor(registeredUser.email);
    app.clock.advance(15 * 60_000);
    expect(outcomeOf(await consume(expired))).toBe('401 invalid_token');
    const token = await tokenFor(registeredUser.email);
    const { access_token: fresh } = (await consume(await tokenFor(registeredUser.email))).body as LoggedIn;
    expect(access).not.toBe(fresh);
    const left = await tokenFor(registeredUser.email);
    await app.send('PATCH', '/api/v1/users/me', {
      token: fresh,
      body: { email: null, current_password: registeredUser.password },
    });
    for (const void_ of [token, left]) expect(outcomeOf(await consume(void_))).toBe('401 invalid_token');
  });

  it('is limited by address, known or not', async () => {
    const registeredUser = await registerUser(app);
    await app.configure({ rateLimit: { mail: { points: 2 } } });
    for (const email of [registeredUser.email, 'unknown@example.org']) {
      for (const left of [202, 202, 429]) expect((await ask(email)).status).toBe(left);
    }
    expect(outcomeOf(await ask(registeredUser.email.toUpperCase()))).toBe('429 too_many_attempts');
  });

  it('costs the same queries for known and unknown addresses', async () => {
    const registeredUser = await registerUser(app);
    const statements: string[] = [];
    app.services.db.knex.on('query', ({ sql }: { sql: string }) => statements.push(sql));
    await ask(registeredUser.email);
    const known = statements.splice(0);
    expect(known).toHaveLength(1);
    await ask('unknown@example.org');
    expect(statements).toEqual(known);
  });

  it('uses no token for another purpose', async () => {
    const registeredUser = await registerUser(app, { isVerified: false });
    await app.send('POST', '/api/v1/auth/email-verification/request', {
      token: ((await logIn(app, registeredUser.username, registeredUser.password)).body as LoggedIn).access_token,
    });
    const [mail] = await deliver(app);
    expect(outcomeOf(await consume(tokenOf(mail)))).toBe('401 invalid_token');
    const proof = { body: { token: tokenOf(mail) } };
    expect((await app.send('POST', '/api/v1/auth/email-verification/complete', proof)).status).toBe(204);
  });
});
