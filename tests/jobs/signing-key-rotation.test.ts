import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSigningKeyRotation, type KeyRotationOptions } from '../../src/jobs/signing-key-rotation.js';
import type { Services } from '../../src/services.js';
import { createMigratedDatabase, recordLog, type TestDatabase } from '../support/postgres.js';
import { startProxy } from '../support/tcp-proxy.js';
import { TestApp } from '../support/test-app.js';
import { waitUntil } from '../support/wait-until.js';
import { auditOf, keyRows, keyStates } from '../models/keys/support.js';

let database: TestDatabase;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  database = await createMigratedDatabase();
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await database.drop();
});

type Auth = Readonly<Record<string, unknown>>;

const start = async (auth: Auth = {}): Promise<TestApp> => {
  const app = await TestApp.start({ databaseUrl: database.url, settings: { auth } });
  closing.push(() => app.close());
  return app;
};

const follow = (services: Services, options: KeyRotationOptions = {}): void => {
  closing.push(startSigningKeyRotation(services, options));
};

const signs = (app: TestApp, algorithm: string): Promise<void> =>
  waitUntil(`${algorithm} signs`, () => app.services.keys.signingKey().algorithm === algorithm);

const pending = async ({ services }: TestApp): Promise<string | undefined> =>
  /^rollcall_signing_key_change_pending (\d)$/m.exec(await services.metrics.expose())?.[1];

describe('a change of auth.keys.algorithm', () => {
  it('leads two instances to rotate to one new key', async () => {
    const apps = [await start(), await start()];
    for (const { services } of apps) follow(services);
    await Promise.all(apps.map((app) => app.configure({ auth: { keys: { algorithm: 'HS256' } } })));
    for (const app of apps) await signs(app, 'HS256');
    for (const app of apps) await waitUntil('all is done', async () => (await pending(app)) === '0');
    const { db } = (apps[0] as TestApp).services;
    expect(await keyStates({ db })).toEqual(['active HS256', 'retiring ES256']);
    expect(await auditOf({ db }, 'key.rotated')).toMatchObject([{ actor_id: null, details: { reason: 'config' } }]);
  });

  it('is rejected if the probe fails, and nothing changes', async () => {
    const app = await start();
    follow(app.services, { probe: () => Promise.reject(new Error('no such algorithm in this build')) });
    await expect(app.configure({ auth: { keys: { algorithm: 'RS256' } } })).rejects.toThrow('rejected');
    const { config, db } = app.services;
    expect(config.status.lastError?.errors).toMatchObject([
      { code: 'subscriber_failed', message: expect.stringContaining('no such algorithm in this build') as string },
    ]);
    expect(config.current.auth.keys.algorithm).toBe('ES256');
    expect(await keyStates({ db })).toEqual(['active ES256']);
  });

  it('is the only change that is probed', async () => {
    const app = await start();
    follow(app.services, { probe: () => Promise.reject(new Error('not wanted')) });
    await app.configure({ auth: { access: { ttl: '10m' }, keys: { retentionFactor: 3 } } });
    expect(app.services.config.current.auth.keys.retentionFactor).toBe(3);
  });

  it('is retried until the database is available; the failure is logged once, and counted', async () => {
    const app = await start();
    const { log, lines } = recordLog();
    const { keyRotation } = app.services;
    let failures = 3;
    let waiting: string | undefined;
    const flaky = {
      recordTokenTtl: (ms: number) => keyRotation.recordTokenTtl(ms),
      async applyConfiguredAlgorithm() {
        failures -= 1;
        if (failures === 0) waiting = await pending(app);
        if (failures >= 0) throw new Error('the database is away');
        return keyRotation.applyConfiguredAlgorithm();
      },
    } as unknown as Services['keyRotation'];
    follow({ ...app.services, log, keyRotation: flaky }, { retryMs: 5 });
    await app.configure({ auth: { keys: { algorithm: 'HS256' } } });
    await signs(app, 'HS256');
    await waitUntil('the outage is reported', () => lines.length === 2);
    expect(waiting).toBe('1');
    expect(await pending(app)).toBe('0');
    expect(lines.map(({ level }) => level)).toEqual(['error', 'info']);
  });

  it('becomes active during a database outage, and the keys are rotated afterwards', async () => {
    const proxy = await startProxy(database.url);
    closing.push(() => proxy.close());
    const app = await TestApp.start({ databaseUrl: proxy.url });
    closing.push(() => app.close());
    follow(app.services, { retryMs: 20 });
    await waitUntil('it is looked at', async () => (await pending(app)) === '0');
    await proxy.down();
    await app.configure({ auth: { access: { ttl: '10m' }, keys: { algorithm: 'HS256' } } });
    await waitUntil('it waits', async () => (await pending(app)) === '1');
    expect(app.services.keys.signingKey().algorithm).toBe('ES256');
    await proxy.up();
    await signs(app, 'HS256');
    expect(await keyStates(app.services)).toEqual(['active HS256', 'retiring ES256']);
    expect(app.services.keys.active.tokenTtlMs).toBe(600_000);
  });

  it('is the only reason for a database query', async () => {
    const app = await start();
    const asked = (): never => {
      throw new Error('nobody should ask');
    };
    const { log, lines } = recordLog();
    const keyRotation = {
      recordTokenTtl: asked,
      applyConfiguredAlgorithm: asked,
    } as unknown as Services['keyRotation'];
    follow({ ...app.services, log, keyRotation });
    await app.configure({ auth: { keys: { cleanupInterval: '2h' } } });
    await waitUntil('it is looked at', async () => (await pending(app)) === '0' || lines.length > 0);
    expect(lines).toEqual([]);
  });
});

describe('a change of auth.access.ttl', () => {
  it('while the service is down keeps the key until older tokens have expired', async () => {
    const before = await start({ access: { ttl: '24h' } });
    await before.close();
    closing.length = 0;
    const app = await start({ access: { ttl: '15m' } });
    const startedMs = app.clock.now().getTime();
    follow(app.services);
    await waitUntil('it is noted', () => app.services.keys.active.tokenTtlMs === 900_000);
    const [key] = await keyRows(app.services);
    const keptHours = ((key?.tokens_until?.getTime() ?? 0) - startedMs) / 3_600_000;
    expect(keptHours).toBeGreaterThanOrEqual(24);
    expect(keptHours).toBeLessThan(24.1);
  });
});
