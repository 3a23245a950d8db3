import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { NIL_UUID } from '../../../src/models/base-model.js';
import { OutgoingMail } from '../../../src/models/mail/outgoing-mail.js';
import { composeMail } from '../../../src/jobs/mail/compose.js';
import { TestApp, withoutRateLimits, useTestApp } from '../../support/test-app.js';
import { deliver, tokenFromMail } from '../../support/mailbox.js';
import { accessToken, logIn, registerUser, countOutcomes, outcomeOf } from '../../support/registered-users.js';

const newPassword = 'seven lanterns over the bay';
let app: TestApp;

useTestApp(
  (started) => {
    app = started;
  },
  { settings: withoutRateLimits, each: true },
);

const ask = (body: Record<string, unknown>, headers = {}) =>
  app.send('POST', '/api/v1/auth/password-reset/request', { body, headers });
const complete = (token: string, password = newPassword, to = app) =>
  to.send('POST', '/api/v1/auth/password-reset/complete', { body: { token, new_password: password } });
const audited = async (action: string): Promise<Record<string, unknown>[]> =>
  app.services.db.knex('audit_events').where({ action }).orderBy('created_at');

describe('requesting a password reset', () => {
  it.each(['username', 'email'] as const)('emails a link to the verified address, requested by %s', async (field) => {
    const user = await registerUser(app);
    const answer = await ask({ [field]: user[field].toUpperCase() });
    expect([answer.status, answer.body]).toEqual([202, {}]);
    const mails = await deliver(app);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({ to: user.email, kind: 'password_reset' });
    const { link, username, expires_in: expiresIn } = mails[0]?.variables ?? {};
    expect(link).toMatch(new RegExp(`^${app.url}/reset-password#token=[A-Za-z0-9_-]{43}$`));
    expect([username, expiresIn]).toEqual([user.username, '30 minutes']);
  });

  it('responds alike and sends no email for unknown, unverified, blocked and deleted accounts', async () => {
    const unverified = await registerUser(app, { isVerified: false });
    const blocked = await registerUser(app);
    const deleted = await registerUser(app);
    const { knex } = app.services.db;
    await knex('users').where({ username: blocked.username }).update({ status: 'blocked' });
    await knex('users').where({ username: deleted.username }).update({ deleted_at: new Date() });
    const names = ['nobody-here', 'nobody@example.org', unverified.email, unverified.username];
    for (const name of [...names, blocked.email, deleted.username]) {
      const answer = await ask(name.includes('@') ? { email: name } : { username: name });
      expect([name, answer.status, answer.body]).toEqual([name, 202, {}]);
    }
    expect(await deliver(app)).toEqual([]);
  });

  it('is audited once, with the address of the request, however often the email is composed', async () => {
    const user = await registerUser(app);
    await ask({ username: user.username }, { 'X-Request-Id': 'reset-1' });
    const { services } = app;
    const { knex } = services.db;
    const [links, terms] = [new Set<string | undefined>(), { limit: 1, leaseMs: 60_000 }];
    for (const _ of [1, 2]) {
      const [mail] = await OutgoingMail.lease(knex, { ...terms, now: services.clock.now() });
      links.add((mail && (await composeMail(services, mail)))?.variables['link']);
      await mail?.retry(knex, 'refused', services.clock.now());
    }
    expect(links.size).toBe(2);
    const events = (await audited('user.password_reset_requested')).filter(({ request_id: id }) => id === 'reset-1');
    expect(events).toMatchObject([{ actor_id: null, result: 'success', ip_address: '127.0.0.1' }]);
    await deliver(app);
  });

  it('takes either a username or an address', async () => {
    for (const body of [{}, { username: 'ada', email: 'ada@example.org' }, { username: '' }, { email: 'no' }]) {
      expect(outcomeOf(await ask(body))).toBe('422 validation_failed');
    }
  });

  it('is limited by submitted name, for names that do not exist alike, and does not link names of one account', async () => {
    const user = await registerUser(app);
    await app.configure({});
    for (let time = 0; time < 3; time += 1) expect((await ask({ username: user.username })).status).toBe(202);
    expect(outcomeOf(await ask({ username: user.username.toUpperCase() }))).toBe('429 too_many_attempts');
    expect((await ask({ email: user.email })).status).toBe(202);
    expect((await ask({ username: user.email.toUpperCase() })).status).toBe(202);
    expect((await ask({ username: user.email.replace('p', 'P') })).status).toBe(202);
    const rejected = await ask({ email: user.email });
    expect(outcomeOf(rejected)).toBe('429 too_many_attempts');
    expect(Number(rejected.headers.get('Retry-After'))).toBeGreaterThan(3000);
    for (const left of [202, 202, 202, 429]) expect((await ask({ email: 'who@example.org' })).status).toBe(left);
  });

  it('builds links from server.publicUrl, never from what a request says of its host', async () => {
    const user = await registerUser(app);
    const forge = (): Promise<number> =>
      new Promise((resolve, reject) => {
        const forged = { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' };
        const headers = { ...forged, 'X-Forwarded-Proto': 'https', 'Content-Type': 'application/json' };
        const url = new URL('/api/v1/auth/password-reset/request', app.url);
        const sent = request(url, { method: 'POST', headers }, (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
        });
        sent.on('error', reject).end(JSON.stringify({ username: user.username }));
      });
    expect(await forge()).toBe(202);
    const listening = await deliver(app);
    expect(listening[0]?.variables['link']).toContain(`${app.url}/reset-password#`);
    await app.configure({ ...withoutRateLimits, server: { publicUrl: 'https://accounts.example.org' } });
    expect(await forge()).toBe(202);
    const mails = await deliver(app);
    expect(mails[0]?.variables['link']).toMatch(/^https:\/\/accounts\.example\.org\/reset-password#token=/);
    expect(JSON.stringify([...listening, ...mails])).not.toContain('evil');
  });

  it('runs the same queries for known and unknown names', async () => {
    const user = await registerUser(app);
    const statements: string[] = [];
    const { knex } = app.services.db;
    knex.on('query', ({ sql }: { sql: string }) => statements.push(sql));
    const queriesOf = async (body: Record<string, unknown>): Promise<string[]> => {
      statements.length = 0;
      await ask(body);
      return [...statements];
    };
    const known = await queriesOf({ email: user.email });
    expect(known).toHaveLength(1);
    expect(await queriesOf({ email: 'nobody@example.org' })).toEqual(known);
    expect(await queriesOf({ username: user.username })).toEqual(known);
    expect(await queriesOf({ username: 'nobody' })).toEqual(known);
  });
});

describe('setting a new password with a token', () => {
  const tokenFor = async (username: string): Promise<string> => {
    await ask({ username });
    return tokenFromMail(app);
  };

  it('replaces the password, ends every session and is audited', async () => {
    const user = await registerUser(app);
    const tokens = [await accessToken(app, user), await accessToken(app, user)];
    expect((await complete(await tokenFor(user.username))).status).toBe(204);
    for (const token of tokens) expect((await app.send('GET', '/api/v1/users/me', { token })).status).toBe(401);
    expect(outcomeOf(await logIn(app, user.username, user.password))).toBe('401 invalid_credentials');
    expect((await logIn(app, user.username, newPassword)).status).toBe(200);
    expect((await audited('user.password_reset')).at(-1)).toMatchObject({ details: { ended_sessions: 2 } });
  });

  it('works once in 50 concurrent uses, and not again after a restart', async () => {
    const user = await registerUser(app);
    const token = await tokenFor(user.username);
    const answers = await Promise.all(Array.from({ length: 50 }, () => complete(token)));
    expect(countOutcomes(answers)).toEqual({ 204: 1, '401 invalid_token': 49 });
    const restarted = await TestApp.start({ databaseUrl: app.databaseUrl, settings: withoutRateLimits });
    try {
      expect(outcomeOf(await complete(token, newPassword, restarted))).toBe('401 invalid_token');
    } finally {
      await restarted.close();
    }
  });

  it('rejects an invalid or expired token, and one for another purpose', async () => {
    const user = await registerUser(app);
    for (const token of ['', 'x', '\u0000', 'A'.repeat(43), 'é'.repeat(43), NIL_UUID]) {
      expect(outcomeOf(await complete(token))).toBe('401 invalid_token');
    }
    await app.send('POST', '/api/v1/auth/magic-link/request', { body: { email: user.email } });
    expect(outcomeOf(await complete(await tokenFromMail(app)))).toBe('401 invalid_token');
    const token = await tokenFor(user.username);
    app.clock.advance(30 * 60_000);
    expect(outcomeOf(await complete(token))).toBe('401 invalid_token');
  });

  it('reports every reason against the password, and keeps the token valid', async () => {
    const user = await registerUser(app);
    const token = await tokenFor(user.username);
    const rejected = await complete(token, user.username);
    expect(rejected.status).toBe(422);
    const { errors } = rejected.body as { errors: { path: string; code: string }[] };
    expect(errors.map(({ path, code }) => [path, code])).toEqual([
      ['/new_password', 'too_short'],
      ['/new_password', 'contains_username'],
      ['/new_password', 'contains_email'],
    ]);
    expect((await complete(token)).status).toBe(204);
  });

  it('honours only the newest link', async () => {
    const user = await registerUser(app);
    const older = await tokenFor(user.username);
    const newer = await tokenFor(user.username);
    expect(outcomeOf(await complete(older))).toBe('401 invalid_token');
    expect((await complete(newer)).status).toBe(204);
  });

  it('rejects a link to a replaced address, and the link of a user who was blocked since', async () => {
    const mover = await registerUser(app);
    const moved = await tokenFor(mover.username);
    const token = await accessToken(app, mover);
    const patch = { token, body: { email: null, current_password: mover.password } };
    expect((await app.send('PATCH', '/api/v1/users/me', patch)).status).toBe(200);
    expect(outcomeOf(await complete(moved))).toBe('401 invalid_token');
    await deliver(app);
    const blocked = await registerUser(app);
    const theirs = await tokenFor(blocked.username);
    await app.services.db.knex('users').where({ username: blocked.username }).update({ status: 'blocked' });
    expect(outcomeOf(await complete(theirs))).toBe('401 invalid_token');
  });

  it('hashes nothing for an invalid token', async () => {
    const before = app.services.passwords.calls;
    await complete('B'.repeat(42) + 'A');
    expect(app.services.passwords.calls).toBe(before);
  });

  it('allows a login from the client that tried wrong passwords', async () => {
    const user = await registerUser(app);
    await app.configure({ rateLimit: { loginPair: { points: 2 } } });
    for (const _ of [1, 2]) await logIn(app, user.username, 'wrong');
    expect(outcomeOf(await logIn(app, user.username, user.password))).toBe('429 too_many_attempts');
    await complete(await tokenFor(user.username));
    expect((await logIn(app, user.username, newPassword)).status).toBe(200);
  });
});
