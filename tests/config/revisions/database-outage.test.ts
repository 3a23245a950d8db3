import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConfigOptions } from '../../../src/config/types.js';
import { captureError } from '../../support/capture-error.js';
import type { TestDatabase } from '../../support/postgres.js';
import { startProxy } from '../../support/tcp-proxy.js';
import { login, open, openInstance, requester, storeOver, useEmptyRevisions } from './support.js';

let testDatabase: TestDatabase;

useEmptyRevisions((database) => {
  testDatabase = database;
});

/** An instance whose connection to the database a test can interrupt. */
const openBehindProxy = async (options: Partial<ConfigOptions> = {}) => {
  const proxy = await startProxy(testDatabase.url);
  onTestFinished(() => proxy.close());
  const instance = openInstance({ 'local.yaml': login(7) }, options);
  instance.config.useRevisionStore(storeOver(open(proxy.url)));
  await instance.config.ensureNumbered();
  return { ...instance, proxy };
};

const openDirect = async (points: number) => {
  const instance = openInstance({ 'local.yaml': login(points) });
  instance.config.useRevisionStore(storeOver(open(testDatabase.url)));
  await instance.config.ensureNumbered();
  return instance;
};

describe('while the database is not available', () => {
  it('changes take effect without a revision, which is assigned later', async () => {
    const { config, setPoints, points, proxy, lines } = await openBehindProxy();
    await proxy.down();
    setPoints(8);
    expect(await config.reload('signal')).toMatchObject({ outcome: 'applied', revision: null });
    expect([points(), config.status.revision]).toEqual([8, null]);
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    await proxy.up();
    await config.syncRevisions();
    expect(config.status.revision).toBe(2);
    const row = await open(testDatabase.url).knex('config_revisions').where({ revision: 2 }).first<object>();
    expect(row).toMatchObject({
      trigger: 'signal',
      hash: config.status.hash,
      changes: [{ key: 'rateLimit.login.points', from: 7, to: 8 }],
    });
  });

  it('a change does not wait for a database that does not respond', async () => {
    const { config, setPoints, points, proxy } = await openBehindProxy({ times: { quietMs: 1 } });
    proxy.hang();
    setPoints(8);
    const startedMs = performance.now();
    await config.reload('signal');
    expect(performance.now() - startedMs).toBeLessThan(4_500);
    expect([points(), config.status.revision]).toEqual([8, null]);
    proxy.resume();
  });

  it('a rejection is logged without waiting', async () => {
    const { config, write, proxy, lines } = await openBehindProxy();
    await proxy.down();
    write('local.yaml', login(0));
    expect(await config.reload('signal')).toMatchObject({ outcome: 'refused', revision: 1 });
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('a rollback fails, and nothing has changed', async () => {
    const { config, setPoints, points, proxy } = await openBehindProxy();
    setPoints(8);
    await config.reload('signal');
    await proxy.down();
    expect(await captureError(config.overrides.rollBack(1, null, { requester }))).toBeInstanceOf(Error);
    expect([points(), config.status.revision, config.status.rollback]).toEqual([8, 2, null]);
  });

  it('a number that another instance got in the meantime is not used', async () => {
    const { config, setPoints, proxy } = await openBehindProxy();
    await proxy.down();
    setPoints(8);
    await config.reload('signal');
    const other = await openDirect(9);
    expect([config.status.revision, other.config.status.revision]).toEqual([null, 2]);
    await proxy.up();
    await config.syncRevisions();
    expect(config.status.revision).toBe(3);
  });

  it('several edits become one revision: the one that another instance recorded for the same content', async () => {
    const { config, setPoints, proxy } = await openBehindProxy();
    await proxy.down();
    for (const points of [8, 9]) {
      setPoints(points);
      await config.reload('signal');
    }
    const other = await openDirect(9);
    expect([config.status.revision, other.config.status.revision]).toEqual([null, 2]);
    await proxy.up();
    await config.syncRevisions();
    await other.config.syncRevisions();
    expect([config.status.revision, other.config.status.revision]).toEqual([2, 2]);
  });

  it('a rollback stays active', async () => {
    const { config, setPoints, points, proxy } = await openBehindProxy();
    setPoints(8);
    await config.reload('signal');
    await config.overrides.rollBack(1, null, { requester });
    expect(points()).toBe(7);
    await proxy.down();
    setPoints(9);
    await config.reload('signal');
    expect([points(), config.status.shadowedByOverride]).toEqual([7, ['rateLimit.login.points']]);
    await proxy.up();
    await config.syncRevisions();
    expect([points(), config.status.rollback?.revision]).toEqual([7, 1]);
  });
});
