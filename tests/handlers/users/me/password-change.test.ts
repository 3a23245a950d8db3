import { describe, expect, it } from 'vitest';
import { useTestApp, type TestApp } from '../../../support/test-app.js';
import { tokenFromMail } from '../../../support/mailbox.js';
import { accessToken, logIn, registerUser, countOutcomes, outcomeOf } from '../../../support/registered-users.js';

const newPassword = 'seven lanterns over the bay';
let app: TestApp;

useTestApp(
  (started) => {
    app = started;
  },
  { settings: { rateLimit: { register: { points: 1000 } } }, each: true },
);

const change = (token: string, current: string, next = newPassword) =>
  app.send('PUT', '/api/v1/users/me/password', { token, body: { current_password: current, new_password: next } });
const me = async (token: string): Promise<number> => (await app.send('GET', '/api/v1/users/me', { token })).status;
const audited = async (action: string): Promise<Record<string, unknown>[]> =>
  app.services.db.knex('audit_events').where({ action }).orderBy('created_at');

describe('changing the password of the current user', () => {
  it('keeps the session in use and ends the others', async () => {
    const user = await registerUser(app);
    const [current, other] = [await accessToken(app, user), await accessToken(app, user)];
    expect((await change(current, user.password)).status).toBe(204);
    expect([await me(current), await me(other)]).toEqual([200, 401]);
    expect(outcomeOf(await logIn(app, user.username, user.password))).toBe('401 invalid_credentials');
    expect((await logIn(app, user.username, newPassword)).status).toBe(200);
    expect((await audited('user.password_changed')).at(-1)).toMatchObject({
      result: 'success',
      details: { ended_sessions: 1 },
    });
  });

  it('invalidates an unused reset link', async () => {
    const user = await registerUser(app);
    const token = await accessToken(app, user);
    await app.send('POST', '/api/v1/auth/password-reset/request', { body: { username: user.username } });
    const reset = await tokenFromMail(app);
    expect((await change(token, user.password)).status).toBe(204);
    const body = { token: reset, new_password: 'another long pass phrase' };
    expect(outcomeOf(await app.send('POST', '/api/v1/auth/password-reset/complete', { body }))).toBe(
      '401 invalid_token',
    );
  });

  it('counts a wrong current password like a failed login, and audits it', async () => {
    const user = await registerUser(app);
    const token = await accessToken(app, user);
    for (let left = 5; left > 0; left -= 1) expect(outcomeOf(await change(token, 'wrong'))).toBe('403 wrong_password');
    const rejected = await change(token, user.password);
    expect(outcomeOf(rejected)).toBe('429 too_many_attempts');
    expect(rejected.headers.get('Retry-After')).not.toBeNull();
    expect(outcomeOf(await logIn(app, user.username, user.password))).toBe('429 too_many_attempts');
    const failures = (await audited('user.password_changed')).filter(({ result }) => result === 'failure');
    expect(failures).toHaveLength(5);
    expect(failures[0]).toMatchObject({ details: { reason: 'wrong_password' } });
    expect((await audited('user.locked_out')).length).toBe(1);
    expect(await me(token)).toBe(200);
  });

  it('clears the count of wrong passwords after the right one', async () => {
    const user = await registerUser(app);
    const token = await accessToken(app, user);
    for (const _ of [1, 2, 3, 4]) await change(token, 'wrong');
    expect((await change(token, user.password)).status).toBe(204);
    for (const _ of [1, 2, 3, 4]) expect(outcomeOf(await change(token, 'wrong'))).toBe('403 wrong_password');
  });

  it('reports why a new password is rejected, before anything is hashed', async () => {
    const user = await registerUser(app);
    const token = await accessToken(app, user);
    const before = app.services.passwords.calls;
    const rejected = await change(token, 'wrong', `${user.username} walks home`);
    expect(rejected.status).toBe(422);
    expect((rejected.body as { errors: unknown[] }).errors[0]).toMatchObject({
      path: '/new_password',
      code: 'contains_username',
    });
    expect(outcomeOf(await change(token, user.password, 'a\u0000b'.repeat(9)))).toBe('422 validation_failed');
    expect(app.services.passwords.calls).toBe(before);
  });

  it('accepts only one of many concurrent changes', async () => {
    const user = await registerUser(app);
    const tokens = await Promise.all([1, 2, 3, 4].map(() => accessToken(app, user)));
    const answers = await Promise.all(tokens.map((token, at) => change(token, user.password, `${newPassword} ${at}`)));
    expect(countOutcomes(answers)['204']).toBe(1);
    const states = await Promise.all(tokens.map(me));
    expect(states.filter((status) => status === 200)).toHaveLength(1);
  });

  it('sets a first password after a recent login, and never counts an attempt without one', async () => {
    await app.send('POST', '/api/v1/auth/magic-link/request', { body: { email: 'link@example.org' } });
    const body = { token: await tokenFromMail(app) };
    const { body: tokens } = await app.send('POST', '/api/v1/auth/magic-link/consume', { body });
    const token = (tokens as { access_token: string }).access_token;
    const answer = await change(token, '');
    expect([outcomeOf(answer), (answer.body as { errors: unknown[] }).errors]).toEqual([
      '422 validation_failed',
      [{ path: '/current_password', code: 'no_password', message: expect.any(String) as string }],
    ]);
    app.clock.advance(11 * 60_000);
    expect(outcomeOf(await change(token, ''))).toBe('401 insufficient_user_authentication');
  });
});
