import { describe, expect, it, onTestFinished } from 'vitest';
import { DatabaseTimeoutError } from '../../../src/config/revisions/revision-repository.js';
import type { ConfigOptions } from '../../../src/config/types.js';
import { captureError } from '../../support/capture-error.js';
import type { TestDatabase } from '../../support/postgres.js';
import { startProxy } from '../../support/tcp-proxy.js';
import { waitUntil } from '../../support/wait-until.js';
import { login, open, openInstance, requester, storeOver, useEmptyRevisions } from '../revisions/support.js';
import { openOn, points } from './support.js';

let made: TestDatabase;

useEmptyRevisions((database) => {
  made = database;
});

/** An instance whose connection to the database a test can interrupt. */
const openBehindProxy = async (options: Partial<ConfigOptions> = {}) => {
  const proxy = await startProxy(made.url);
  onTestFinished(() => proxy.close());
  return { ...(await openOn(proxy.url, options)), proxy };
};

const eventsOf = async (action: string): Promise<unknown[]> => {
  const rows = await open(made.url).knex('audit_events').where({ action }).orderBy('id', 'desc');
  return (rows as { details: { reason?: string; revision?: number } }[]).map(({ details }) => details);
};

describe('while the database is unreachable', () => {
  it('a change that is not confirmed is reverted in time, and recorded later', async () => {
    const { config, points: active, proxy } = await openBehindProxy();
    await config.overrides.set(points(20, { confirmWithinMs: 1500 }), { requester });
    expect([active(), config.status.overrides.pending?.revision]).toEqual([20, 2]);
    await proxy.down();
    await waitUntil('the change is reverted', () => active() === 7, 10_000);
    expect([config.status.revision, config.status.overrides.pending]).toEqual([null, null]);
    await proxy.up();
    await waitUntil('it is recorded', async () => {
      await config.syncRevisions().catch(() => undefined);
      return config.status.revision === 3;
    });
    expect((await eventsOf('config.reverted'))[0]).toMatchObject({ revision: 3, reverted: 2, reason: 'unconfirmed' });
  });

  it('an override expires in time', async () => {
    const { config, points: active, proxy } = await openBehindProxy();
    await config.overrides.set(points(20, { expiresInMs: 1500 }), { requester });
    proxy.hang();
    await waitUntil('the override has ended', () => active() === 7, 10_000);
    proxy.resume();
  });

  it('a request to confirm fails, and the change is reverted', async () => {
    const { config, points: active, proxy } = await openBehindProxy();
    await config.overrides.set(points(20, { confirmWithinMs: 1500 }), { requester });
    proxy.hang();
    const confirmed = captureError(config.overrides.confirm(2, { requester }));
    await waitUntil('the change is reverted', () => active() === 7);
    expect(await confirmed).toBeInstanceOf(Error);
    proxy.resume();
  });

  it('overrides cannot be changed, and those that are active stay', async () => {
    const { config, points: active, proxy } = await openBehindProxy();
    await config.overrides.set(points(20), { requester });
    await proxy.down();
    expect(await captureError(config.overrides.set(points(30), { requester }))).toBeInstanceOf(Error);
    expect([active(), config.status.revision]).toEqual([20, 2]);
  });

  it('an instance that cannot know of a confirmation reverts, and applies the change again afterwards', async () => {
    const cut = await openBehindProxy();
    const other = await openOn(made.url);
    await other.config.overrides.set(points(20, { confirmWithinMs: 2500 }), { requester });
    await cut.config.syncRevisions();
    expect(cut.points()).toBe(20);
    await cut.proxy.down();
    await other.config.overrides.confirm(2, { requester });
    await waitUntil('the instance reverts on its own', () => cut.points() === 7, 10_000);
    expect(other.points()).toBe(20);
    await cut.proxy.up();
    await waitUntil('it applies the change again', async () => {
      await cut.config.syncRevisions().catch(() => undefined);
      return cut.points() === 20;
    });
    expect([cut.config.status.revision, other.config.status.revision]).toEqual([2, 2]);
    expect(await open(made.url).knex('config_revisions').where({ trigger: 'revert' })).toEqual([]);
  });

  it('a start is not complete before the overrides were read', async () => {
    const { config, proxy, directory } = await openBehindProxy();
    await config.overrides.set(points(20), { requester });
    await proxy.down();
    const late = openInstance({}, { directory, times: { numberingMs: 300, quietMs: 1 } });
    late.config.useRevisionStore(storeOver(open(proxy.url)));
    await late.config.ensureNumbered(300);
    expect([late.config.hasOverrides, late.points()]).toEqual([false, 7]);
    await proxy.up();
    await waitUntil('the overrides are read', async () => {
      await late.config.syncRevisions().catch(() => undefined);
      return late.config.hasOverrides;
    });
    expect(late.points()).toBe(20);
  });
});

describe('a revert that could not be recorded', () => {
  it('is recorded before another change is stored', async () => {
    const store = storeOver(open(made.url));
    const failing = { isOn: false };
    const before = (await eventsOf('config.reverted')).length;
    const { config, points: active } = openInstance({ 'local.yaml': login(7) });
    config.useRevisionStore({
      ...store,
      writeOverrides: (write) =>
        failing.isOn && write.requester === null ? Promise.reject(new Error('busy')) : store.writeOverrides(write),
    });
    await config.ensureNumbered(10_000);
    await config.overrides.set(points(20, { confirmWithinMs: 1000 }), { requester });
    failing.isOn = true;
    await waitUntil('the change is reverted', () => active() === 7);
    expect(await captureError(config.overrides.set(points(30), { requester }))).toBeInstanceOf(DatabaseTimeoutError);
    failing.isOn = false;
    await config.overrides.set(points(30), { requester });
    expect(await eventsOf('config.reverted')).toHaveLength(before + 1);
  });
});

describe('a start at which the overrides cannot be applied', () => {
  it('is not complete, and records no revision, until they can be', async () => {
    const { config, directory } = await openOn(made.url);
    await config.overrides.set(points(20), { requester });
    const late = openInstance({}, { directory, times: { numberingMs: 10_000, quietMs: 1 } });
    const remove = late.config.subscribe({
      name: 'the mail server',
      prepare: () => Promise.reject(new Error('connection refused')),
    });
    late.config.useRevisionStore(storeOver(open(made.url)));
    await late.config.ensureNumbered(10_000);
    expect([late.config.hasOverrides, late.points(), late.config.status.revision]).toEqual([false, 7, null]);
    expect(JSON.stringify(late.lines)).toContain('the mail server');
    expect(await open(made.url).knex('config_revisions')).toHaveLength(2);
    remove();
    await waitUntil('they are applied', async () => {
      await late.config.syncRevisions();
      return late.config.hasOverrides;
    });
    expect([late.points(), late.config.status.revision]).toEqual([20, 2]);
  });
});
