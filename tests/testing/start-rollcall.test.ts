import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError, startRollcall, type Rollcall, type RollcallOptions } from '../../src/testing/index.js';
import { captureError } from '../support/capture-error.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';
import { folders, openMarked, schemas } from './support.js';

let database: TestDatabase;
let client: pg.Client;
/** The service of the tests that change no settings and no time. */
let shared: Rollcall;

const server = (): { url: string } => ({ url: database.url });

const start = async (options: RollcallOptions = {}): Promise<Rollcall> => {
  const service = await startRollcall({ server: server(), ...options });
  onTestFinished(() => service.stop());
  return service;
};

const get = (service: Rollcall, path: string, token: string): Promise<Response> =>
  fetch(service.url + path, { headers: { Authorization: `Bearer ${token}` } });

const logIn = (service: Rollcall): Promise<Response> =>
  fetch(`${service.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: 'nobody', password: 'x' }),
  });

const messageOf = async (call: Promise<unknown>): Promise<string> => String(await captureError(call));

beforeAll(async () => {
  database = await createDatabase();
  client = await openMarked(database);
  shared = await startRollcall({ server: server() });
});

afterAll(async () => {
  await shared.stop();
  const left = { schemas: await schemas(client), folders: folders(process.pid) };
  await client.end();
  await database.drop();
  expect(left).toEqual({ schemas: [], folders: [] });
});

describe('startRollcall', () => {
  it('starts services with separate accounts and keys', async () => {
    const other = await start();
    const ada = await shared.people.create('ada-1');
    const tokens = await shared.tokens(ada);
    expect((await get(shared, '/api/v1/users/me', tokens.access_token)).status).toBe(200);
    expect((await get(other, '/api/v1/users/me', tokens.access_token)).status).toBe(401);
    expect((await other.people.create('ada-1')).id).not.toBe(ada.id);
  });

  it('rejects invalid settings with the error of the configuration', async () => {
    const error = await captureError(startRollcall({ server: server(), config: { 'auth.access.ttl': '5x' } }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toMatch(/^ConfigError: auth\.access\.ttl: must be a duration/);
  });

  it('refuses a database that is not marked for tests', async () => {
    const unmarked = await createDatabase();
    onTestFinished(() => unmarked.drop());
    expect(await messageOf(startRollcall({ server: { url: unmarked.url } }))).toContain('npx scenario-schema mark');
  });

  it('passes the lines of the log on', async () => {
    const lines: string[] = [];
    const service = await start({ log: (line) => lines.push(line) });
    await logIn(service);
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toContain('http.request');
  });

  it('removes the schema and the files on stop, also when it is called twice', async () => {
    const before = { schemas: await schemas(client), folders: folders(process.pid) };
    const service = await startRollcall({ server: server() });
    expect(folders(process.pid)).toHaveLength(before.folders.length + 1);
    await Promise.all([service.stop(), service.stop()]);
    await service.stop();
    expect({ schemas: await schemas(client), folders: folders(process.pid) }).toEqual(before);
    expect(await messageOf(service.people.create('ada'))).toContain('the service has been stopped');
    expect(await messageOf(service.config.set('rateLimit.login.points', 1))).toContain('the service has been stopped');
  });
});

describe('people.create', () => {
  it('creates an account that can log in, with its roles', async () => {
    const ada = await shared.people.create('ada-2', { roles: ['admin'] });
    expect(ada).toMatchObject({ username: 'ada-2', email: 'ada-2@example.org', roles: ['admin', 'user'] });
    const tokens = await shared.tokens(ada);
    expect(tokens.user).toMatchObject({ id: ada.id, email_verified: true, roles: ['admin', 'user'] });
    expect((await get(shared, '/api/v1/admin/users', tokens.access_token)).status).toBe(200);
  });

  it('creates an account with another address and password, or without an address', async () => {
    const bob = await shared.people.create('bob-2', { email: 'bob@example.net', password: 'x' });
    expect((await shared.tokens({ username: 'bob@example.net', password: 'x' })).user).toMatchObject({ id: bob.id });
    expect((await shared.people.create('eve-2', { email: null })).email).toBeNull();
  });

  it.each([
    [{ roles: ['admn'] }, 'unknown role admn; did you mean admin? The roles are admin, support, user.'],
    [{ mfa: true }, 'unknown option mfa of people.create; the options are roles, verified, email, password'],
    [{ email: 'eve' }, 'the email address "eve"'],
  ])('rejects %j', async (options, message) => {
    expect(await messageOf(shared.people.create('eve', options as object))).toContain(message);
  });

  it('rejects an unknown option of startRollcall', async () => {
    const options: object = { conifg: {} };
    expect(await messageOf(startRollcall(options))).toBe(
      'Error: unknown option conifg of startRollcall; the options are config, limits, log, server',
    );
  });

  it('rejects an invalid and a taken username', async () => {
    expect(await messageOf(shared.people.create('a b'))).toContain('the username "a b" must start with');
    await shared.people.create('ada-3');
    expect(await messageOf(shared.people.create('Ada-3', { email: null }))).toContain('"Ada-3" is taken');
  });
});

describe('tokens', () => {
  it('throws status and code of a rejected login', async () => {
    const call = shared.tokens({ username: 'nobody', password: 'x' });
    expect(await messageOf(call)).toContain('nobody cannot log in: 401 invalid_credentials');
  });
});

describe('mailbox.next', () => {
  it('returns the emails to an address one after the other', async () => {
    const ada = await shared.people.create('ada-4', { verified: false });
    expect((await shared.mailbox.next('ADA-4@example.org')).subject).toBe('Confirm your email address');
    const { access_token } = await shared.tokens(ada);
    await fetch(`${shared.url}/api/v1/auth/email-verification/request`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${access_token}`, 'Content-Type': 'application/json' },
      body: '{}',
    });
    expect((await shared.mailbox.next(ada)).links[0]).toContain(`${shared.url}/verify-email#`);
  });

  it('names the unread emails if there is none to the address', async () => {
    const service = await start();
    await service.people.create('bob', { verified: false });
    await service.people.create('eve', { verified: false });
    await service.mailbox.next('eve@example.org');
    const message = await messageOf(service.mailbox.next('ada@example.org', { timeoutMs: 1 }));
    expect(message).toContain('no email to ada@example.org arrived within 1 ms');
    expect(message).toContain('unread emails: "Confirm your email address" to bob@example.org');
  });
});

describe('clock.advance', () => {
  it('lets tokens expire', async () => {
    const service = await start({ config: { auth: { access: { ttl: '1h' } } } });
    const { access_token } = await service.tokens(await service.people.create('ada'));
    service.clock.advance('59m');
    expect((await get(service, '/api/v1/users/me', access_token)).status).toBe(200);
    service.clock.advance(60_000);
    expect((await get(service, '/api/v1/users/me', access_token)).status).toBe(401);
  });

  it.each(['3x', '', -1])('rejects %j', (duration) => {
    expect(() => shared.clock.advance(duration)).toThrow('expected a duration such as 90s, 15m, 3h or 30d');
  });
});

describe('config.set', () => {
  it('sets a limit; without it, the limits are not reached', async () => {
    const service = await start();
    for (let i = 0; i < 12; i++) expect((await logIn(service)).status).toBe(401);
    await service.config.set('rateLimit.login.points', 1);
    expect((await logIn(service)).status).toBe(429);
  });

  it('has the default limits on request', async () => {
    const service = await start({ limits: true });
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await logIn(service)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('rejects an unknown setting, an invalid value, and a setting of the start, and keeps the others', async () => {
    const service = await start();
    await service.config.set('rateLimit.login.points', 2);
    expect(await messageOf(service.config.set('rateLimit.logn.points', 1))).toContain('did you mean rateLimit.login?');
    expect(await messageOf(service.config.set('rateLimit.login', { points: 0 }))).toMatch(
      /^ConfigError: rateLimit\.login\.points: .*got 0 \(out_of_range\)$/,
    );
    const error = await captureError(service.config.set('server.host', '127.0.0.2'));
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain('server.host: takes effect at a restart');
    await service.config.setAll({ 'rateLimit.greet.points': 5 });
    expect([(await logIn(service)).status, (await logIn(service)).status, (await logIn(service)).status]).toEqual([
      401, 401, 429,
    ]);
  });
});
