import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMigratedDatabase, openDatabase, type TestDatabase } from '../support/postgres.js';
import { startProxy } from '../support/tcp-proxy.js';
import { waitUntil } from '../support/wait-until.js';
import { ask, discard, makeFolder, startService, type Service } from '../support/service.js';
import { timed } from './support.js';

const root = { username: 'root', password: 'correct horse battery staple' };

const secrets = {
  ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'ab'.repeat(32),
  ROLLCALL_PASSWORD_PEPPER: 'one pepper for both',
  ROLLCALL_BOOTSTRAP_ADMIN_USERNAME: root.username,
  ROLLCALL_BOOTSTRAP_ADMIN_PASSWORD: root.password,
};

/** A lease lasts two seconds; the rest is for a busy machine. */
const boundMs = 8_000;

describe('two processes on one database', () => {
  let database: TestDatabase;
  const services: Service[] = [];
  let one: { service: Service; url: string };
  let other: { service: Service; url: string };
  let token: string;

  const start = async (databaseUrl = database.url): Promise<{ service: Service; url: string }> => {
    const folder = makeFolder('rateLimit:\n  enabled: false\npassword:\n  bcryptCost: 10\n');
    const service = startService(folder, { env: { DATABASE_URL: databaseUrl, ...secrets } });
    services.push(service);
    return { service, url: await service.listening() };
  };

  const logIn = async (url: string): Promise<string> => {
    const answer = await ask(`${url}/api/v1/auth/login`, { method: 'POST', body: root });
    expect(answer.status).toBe(200);
    return answer.body['access_token'] as string;
  };

  const flush = async (url: string, token: string): Promise<void> => {
    expect((await ask(`${url}/api/v1/admin/cache/flush`, { method: 'POST', token })).status).toBe(200);
  };

  const cacheOf = async (url: string): Promise<string | null> =>
    (await ask(`${url}/api/v1/greet?name=Ada`)).headers.get('x-cache');

  const warm = (url: string): Promise<void> => waitUntil('it is cached', async () => (await cacheOf(url)) === 'HIT');

  beforeAll(async () => {
    database = await createMigratedDatabase();
    one = await start();
    other = await start();
    token = await logIn(one.url);
  });
  afterAll(async () => {
    await Promise.all(services.splice(0).map(discard));
    await database.drop();
  });

  it('a cache flush has taken effect on the other instance when the response is sent', async () => {
    for (let round = 0; round < 30; round += 1) {
      await warm(other.url);
      await flush(one.url, token);
      expect(await cacheOf(other.url)).toBe('MISS');
    }
  });

  it('a logout on one instance takes effect on the other immediately', async () => {
    for (let round = 0; round < 10; round += 1) {
      const session = await logIn(other.url);
      expect((await ask(`${other.url}/api/v1/users/me`, { token: session })).status).toBe(200);
      expect((await ask(`${one.url}/api/v1/auth/logout`, { method: 'POST', token: session })).status).toBe(204);
      expect((await ask(`${other.url}/api/v1/users/me`, { token: session })).status).toBe(401);
    }
  });

  it('a flush waits no longer than the lease of a frozen instance, which serves no stale responses when it resumes', async () => {
    await warm(other.url);
    other.service.child.kill('SIGSTOP');
    const took = await timed(() => flush(one.url, token));
    // Arrives before the frozen process can poll the database.
    const asked = cacheOf(other.url);
    other.service.child.kill('SIGCONT');
    expect(await asked).toBe('MISS');
    expect(took).toBeLessThan(boundMs);
    await warm(other.url);
  });

  it('a flush waits for the lease of a killed instance, but not for an instance that shut down cleanly', async () => {
    other.service.child.kill('SIGKILL');
    await other.service.exited;
    expect(await timed(() => flush(one.url, token))).toBeLessThan(boundMs);
    const third = await start();
    third.service.child.kill('SIGTERM');
    expect(await third.service.exited).toBe(0);
    const db = openDatabase(database.url);
    const pids = await db.knex('instances').pluck('pid');
    await db.close();
    expect(pids).toEqual(expect.arrayContaining([one.service.child.pid, other.service.child.pid]));
    expect(pids).not.toContain(third.service.child.pid);
  });

  it('an instance without its database bypasses the cache until the database is back', async () => {
    const proxy = await startProxy(database.url);
    other = await start(proxy.url);
    await warm(other.url);
    proxy.hang();
    expect(await timed(() => flush(one.url, token))).toBeLessThan(boundMs);
    expect([await cacheOf(other.url), await cacheOf(other.url)]).toEqual(['MISS', 'MISS']);
    proxy.resume();
    await warm(other.url);
    expect(other.service.out()).toContain('lost contact with other instances');
    expect(other.service.out()).toContain('contact with other instances restored');
    other.service.child.kill('SIGTERM');
    expect(await other.service.exited).toBe(0);
    await proxy.close();
  });
});
