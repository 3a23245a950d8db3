import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { startProxy } from '../support/tcp-proxy.js';
import { openDatabase } from '../support/open-database.js';
import { waitUntil } from '../support/wait-until.js';
import { ask, useServices } from '../support/service.js';

const user = { username: 'ada', password: 'correct horse battery staple' };

/** A request may wait for a lock for as long as the test takes. */
const patientDatabase = 'database:\n  statementTimeout: 1m\n';

describe('the process', () => {
  const { start, database, emptyDatabase } = useServices();

  it('finishes requests in flight after SIGTERM, is not ready during the shutdown, and exits with 0', async () => {
    const { url: databaseUrl } = await database();
    const service = start({ DATABASE_URL: databaseUrl }, patientDatabase);
    const url = await service.listening();
    const { registration, finish } = await startRegistration(databaseUrl, url);
    service.child.kill('SIGTERM');
    await waitUntil('stopping', () => service.out().includes('"msg":"stopping"'));
    await finish();
    const answer = await registration;
    expect(answer.status).toBe(201);
    expect(answer.headers.get('connection')).toBe('close');
    expect(await service.exited).toBe(0);
    expect(service.out()).toContain('"msg":"stopped"');
  });

  it('is not delayed by a connection with an incomplete request', async () => {
    const { url: databaseUrl } = await database();
    const service = start({ DATABASE_URL: databaseUrl });
    const { hostname, port } = new URL(await service.listening());
    const silent = connect(Number(port), hostname);
    const half = connect(Number(port), hostname, () => half.write('GET /api/he'));
    for (const socket of [silent, half]) socket.on('error', () => undefined);
    await waitUntil('both are connected', () => silent.readyState === 'open' && half.bytesWritten > 0);
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    expect(service.out()).not.toContain('shutdown timed out');
  });

  it('serves new connections after SIGTERM during the drain, and reports that it is not ready', async () => {
    const { url: databaseUrl } = await database();
    const service = start({ DATABASE_URL: databaseUrl }, 'server:\n  drainDelay: 1m\n');
    const url = await service.listening();
    service.child.kill('SIGTERM');
    await waitUntil('stopping', () => service.out().includes('"msg":"stopping"'));
    const ready = await ask(`${url}/api/ready`);
    expect(ready).toMatchObject({ status: 503, body: { ready: false, reason: 'shutting_down' } });
    expect(ready.headers.get('connection')).toBe('close');
    expect(await ask(`${url}/api/v1/greet`)).toMatchObject({ status: 200 });
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(1);
  });

  it('exits with 0 when it is stopped during startup', async () => {
    const { url: databaseUrl } = await emptyDatabase();
    const service = start({ DATABASE_URL: databaseUrl });
    await waitUntil('the first migration', () => service.out().includes('"msg":"migration applied"'));
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    expect(service.err()).not.toContain('Error');
  });
  it('exits immediately with 1 on a second signal', async () => {
    const { url: databaseUrl } = await database();
    const service = start({ DATABASE_URL: databaseUrl }, patientDatabase);
    const url = await service.listening();
    const { registration, finish } = await startRegistration(databaseUrl, url);
    const cut = registration.catch(() => 'cut off');
    service.child.kill('SIGTERM');
    await waitUntil('stopping', () => service.out().includes('"msg":"stopping"'));
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(1);
    expect(await cut).toBe('cut off');
    await finish();
  });

  it('waits for an unavailable database: it is alive and not ready, and becomes ready with the database', async () => {
    const { url: databaseUrl } = await database();
    const proxy = await startProxy(databaseUrl);
    await proxy.down();
    const service = start({ DATABASE_URL: proxy.url });
    const url = await service.listening();
    expect((await ask(`${url}/api/health`)).status).toBe(200);
    const unready = await ask(`${url}/api/ready`);
    expect(unready).toMatchObject({ status: 503, body: { ready: false, reason: 'database_unhealthy' } });
    const rejected = await ask(`${url}/api/v1/auth/register`, { method: 'POST', body: user });
    expect(rejected).toMatchObject({ status: 503, body: { code: 'service_unavailable' } });
    expect(rejected.headers.get('retry-after')).toBe('1');
    await proxy.up();
    await waitUntil('ready', async () => (await ask(`${url}/api/ready`)).status === 200);
    expect((await ask(`${url}/api/v1/auth/register`, { method: 'POST', body: user })).status).toBe(201);
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    await proxy.close();
  });

  it('shuts down cleanly while it waits for the database', async () => {
    const service = start({ DATABASE_URL: `postgres://nobody:hidden@127.0.0.1:${String(await freePort())}/none` });
    await service.listening();
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    expect(service.out() + service.err()).not.toContain('hidden');
  });

  it.each([
    ['a URL of another system', 'mysql://ada@localhost/people'],
    ['a URL without a database', 'postgres://ada@localhost'],
    ['no URL at all', 'people'],
  ])('exits with 2 and one line for %s', async (_what, databaseUrl) => {
    const service = start({ DATABASE_URL: databaseUrl });
    expect(await service.exited).toBe(2);
    expect(service.err().trim().split('\n')).toHaveLength(1);
    expect(service.err()).toMatch(/^rollcall: /);
  });
  it('starts twice concurrently on an empty database with one set of signing keys', async () => {
    const { url: databaseUrl } = await emptyDatabase();
    const secrets = {
      ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'ab'.repeat(32),
      ROLLCALL_PASSWORD_PEPPER: 'one pepper for both',
    };
    const both = [start({ DATABASE_URL: databaseUrl, ...secrets }), start({ DATABASE_URL: databaseUrl, ...secrets })];
    const [one = '', other = ''] = await Promise.all(both.map((service) => service.listening()));
    expect((await ask(`${one}/api/v1/auth/register`, { method: 'POST', body: user })).status).toBe(201);
    const login = await ask(`${other}/api/v1/auth/login`, { method: 'POST', body: user });
    const token = login.body['access_token'] as string;
    expect((await ask(`${one}/api/v1/users/me`, { token })).status).toBe(200);
    expect((await ask(`${one}/api/v1/auth/logout`, { method: 'POST', token })).status).toBe(204);
    expect((await ask(`${other}/api/v1/users/me`, { token })).status).toBe(401);
  });

  it('keeps acknowledged changes and used tokens after SIGKILL', async () => {
    const { url: databaseUrl } = await database();
    const secrets = {
      ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'cd'.repeat(32),
      ROLLCALL_PASSWORD_PEPPER: 'one pepper for both',
    };
    const env = { DATABASE_URL: databaseUrl, ...secrets };
    const grace = 'auth:\n  refresh:\n    grace: 0s\n';
    const first = start(env, grace);
    const url = await first.listening();
    expect((await ask(`${url}/api/v1/auth/register`, { method: 'POST', body: user })).status).toBe(201);
    const login = await ask(`${url}/api/v1/auth/login`, { method: 'POST', body: user });
    const spent = { refresh_token: login.body['refresh_token'] };
    expect((await ask(`${url}/api/v1/auth/refresh`, { method: 'POST', body: spent })).status).toBe(200);
    first.child.kill('SIGKILL');
    await first.exited;
    const second = await start(env, grace).listening();
    const token = login.body['access_token'] as string;
    expect((await ask(`${second}/api/v1/users/me`, { token })).status).toBe(200);
    expect((await ask(`${second}/api/v1/auth/refresh`, { method: 'POST', body: spent })).status).toBe(401);
    expect((await ask(`${second}/api/v1/users/me`, { token })).status).toBe(401);
  });

  it('reloads the configuration files on SIGHUP', async () => {
    const { url: databaseUrl } = await database();
    const service = start({ DATABASE_URL: databaseUrl });
    const url = await service.listening();
    const greet = { method: 'POST', body: { name: 'Ada' } };
    expect((await ask(`${url}/api/v2/greet`, greet)).status).toBe(404);
    writeFileSync(join(service.folder, 'config', 'local.yaml'), 'api:\n  v2Enabled: true\n');
    service.child.kill('SIGHUP');
    await waitUntil('the new setting holds', async () => (await ask(`${url}/api/v2/greet`, greet)).status === 200);
  });

  it('creates the first administrator from the environment, once', async () => {
    const { url: databaseUrl } = await database();
    const admin = { username: 'root', password: 'a long enough first password' };
    const env = {
      DATABASE_URL: databaseUrl,
      ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'ef'.repeat(32),
      ROLLCALL_PASSWORD_PEPPER: 'one pepper for both',
      ROLLCALL_BOOTSTRAP_ADMIN_USERNAME: admin.username,
      ROLLCALL_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
    };
    const services = [start(env), start(env)];
    const urls = await Promise.all(services.map((service) => service.listening()));
    const login = await ask(`${urls[0]}/api/v1/auth/login`, { method: 'POST', body: admin });
    expect(login).toMatchObject({ status: 200, body: { user: { roles: ['admin', 'user'] } } });
    for (const service of services) expect(service.out() + service.err()).not.toContain(admin.password);
  });
});

/** Sends a registration that waits for a lock in the database until it may finish. */
const startRegistration = async (
  databaseUrl: string,
  url: string,
): Promise<{ registration: ReturnType<typeof ask>; finish: () => Promise<void> }> => {
  const database = openDatabase(databaseUrl, { statementTimeoutMs: 30_000 });
  const trx = await database.knex.transaction();
  await trx.raw('LOCK TABLE users IN EXCLUSIVE MODE');
  const registration = ask(`${url}/api/v1/auth/register`, { method: 'POST', body: user });
  await waitUntil('the registration waits for the lock', async () => {
    const { rows } = await trx.raw<{ rows: unknown[] }>(
      `SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
        WHERE NOT l.granted AND d.datname = current_database() AND l.relation = 'users'::regclass`,
    );
    return rows.length > 0;
  });
  return {
    registration,
    finish: async () => {
      await trx.rollback();
      await database.close();
    },
  };
};
