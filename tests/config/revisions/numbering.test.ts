import { describe, expect, it } from 'vitest';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RecordedRevision } from '../../../src/config/revisions/revision-repository.js';
import type { ConfigOptions } from '../../../src/config/types.js';
import { makeGate } from '../support.js';
import type { TestDatabase } from '../../support/postgres.js';
import { waitUntil } from '../../support/wait-until.js';
import { login, open, openInstance, storeOver, useEmptyRevisions } from './support.js';

let testDatabase: TestDatabase;

useEmptyRevisions((database) => {
  testDatabase = database;
});

const numbered = async (options: Partial<ConfigOptions> = {}) => {
  const instance = openInstance({ 'local.yaml': login(7) }, options);
  const db = open(testDatabase.url);
  instance.config.useRevisionStore(storeOver(db));
  await instance.config.ensureNumbered(10_000);
  const revisions = async (): Promise<number[]> =>
    (await db.knex('config_revisions').orderBy('revision').pluck('revision')) as number[];
  return { ...instance, db, revisions };
};

describe('a revision number', () => {
  it('is never seen with the settings of another revision', async () => {
    const { config, setPoints } = await numbered();
    const pairs = new Map<number, number>([[1, 7]]);
    const life = { isOver: false };
    const reader = (async () => {
      while (!life.isOver) {
        const { current, status } = config;
        const { points } = current.rateLimit.login;
        expect(config.revisionOf(current)).toBe(status.revision);
        // Null between the change and its number.
        if (status.revision !== null) {
          expect(pairs.get(status.revision) ?? points).toBe(points);
          pairs.set(status.revision, points);
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (let points = 8; points < 20; points += 1) {
      setPoints(points);
      await config.reload('signal');
    }
    await new Promise((resolve) => setImmediate(resolve));
    life.isOver = true;
    await reader;
    expect(pairs.get(13)).toBe(19);
  });

  it('is assigned after ensureNumbered, also while a change is being numbered', async () => {
    const { config, setPoints, points } = await numbered();
    setPoints(8);
    const reload = config.reload('signal');
    await waitUntil('the change is active', () => points() === 8);
    await config.ensureNumbered();
    expect(config.status.revision).toBe(2);
    await reload;
  });

  it('belongs to the settings that a request started with', async () => {
    const { config, setPoints } = await numbered();
    const before = config.current;
    setPoints(8);
    await config.reload('signal');
    expect([config.revisionOf(before), config.revisionOf(config.current)]).toEqual([1, 2]);
  });

  it('is not assigned when a subscriber fails to commit', async () => {
    const { config, setPoints, points, revisions } = await numbered();
    const remove = config.subscribe({
      name: 'breaker',
      prepare: () => ({
        commit: () => {
          throw new Error('broken');
        },
        undo: () => undefined,
      }),
    });
    setPoints(8);
    expect(await config.reload('signal')).toMatchObject({ outcome: 'refused', revision: 1 });
    expect([points(), await revisions()]).toEqual([7, [1]]);
    remove();
    expect(await config.reload('signal')).toMatchObject({ outcome: 'applied', revision: 2 });
    expect(await revisions()).toEqual([1, 2]);
  });

  it('that is assigned after the time limit is found later, and the change does not wait for it', async () => {
    const gate = makeGate();
    const recorded: RecordedRevision[] = [];
    const { config, setPoints, db, revisions } = await numbered({ times: { numberingMs: 200 } });
    const store = storeOver(db);
    config.useRevisionStore({
      ...store,
      record: async (draft) => {
        await gate.promise;
        const revision = await store.record(draft);
        recorded.push(revision);
        return revision;
      },
    });
    setPoints(8);
    expect(await config.reload('signal')).toMatchObject({ outcome: 'applied', revision: null });
    expect(config.status.revision).toBeNull();
    gate.open();
    await waitUntil('the late record', () => recorded.length > 0);
    await waitUntil('its connection is released', () => db.usage.used === 0);
    expect(await revisions()).toEqual([1, 2]);
    await waitUntil('its number is found', async () => {
      await config.syncRevisions();
      return config.status.revision === 2;
    });
    expect(await revisions()).toEqual([1, 2]);
  });

  it('is null while it cannot be recorded, and assigned later', async () => {
    const { config, setPoints, points, db, revisions } = await numbered();
    const store = storeOver(db);
    config.useRevisionStore({ ...store, record: () => Promise.reject(new Error('the connection is lost')) });
    setPoints(8);
    expect(await config.reload('signal')).toMatchObject({ outcome: 'applied', revision: null });
    expect([points(), config.status.revision, await revisions()]).toEqual([8, null, [1]]);
    config.useRevisionStore(store);
    await config.syncRevisions();
    expect([await revisions(), config.status.revision]).toEqual([[1, 2], 2]);
  });

  it.each([
    ['before', [1]],
    ['after', [1, 2]],
  ] as const)('is unambiguous when a process is killed %s recording its content', async (moment, expected) => {
    const { config, db, revisions, directory, setPoints } = await numbered();
    setPoints(8);
    const script = fileURLToPath(new URL('./fixtures/killed-at-swap.ts', import.meta.url));
    const args = ['--import', 'tsx', script, testDatabase.url, directory, moment];
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    const signal = await new Promise((resolve) => child.once('close', (_code, name) => resolve(name)));
    expect(signal).toBe('SIGKILL');
    expect(await revisions()).toEqual(expected);
    await waitUntil('its session has ended', async () => {
      const { rows } = await db.knex.raw<{ rows: { count: number }[] }>(
        `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
      );
      return rows[0]?.count === 0;
    });
    expect(await config.reload('signal')).toMatchObject({ outcome: 'applied', revision: 2 });
  });
});

describe('the revision history', () => {
  it('contains no secret, but shows that one has changed', async () => {
    const { config, write, db } = await numbered();
    write('local.yaml', `database: {url: "postgres://u:hunter2@h/db"}\n${login(7)}`);
    await config.reload('signal');
    const rows = JSON.stringify([await db.knex('config_revisions'), await db.knex('audit_events')]);
    expect(rows).not.toContain('hunter2');
    const row = await db.knex('config_revisions').where({ revision: 2 }).first<{ changes: unknown }>();
    expect(row.changes).toEqual([{ key: 'database.url', from: null, to: '********', pendingRestart: true }]);
  });

  it('keeps the newest 1,000 revisions', async () => {
    const { config, setPoints, db } = await numbered();
    await db.knex.raw(
      `INSERT INTO config_revisions SELECT n, 'x', 'watch', NULL, 'h', NULL, '[]', '{}', '{}', now()
        FROM generate_series(2, 1500) AS n`,
    );
    setPoints(8);
    await config.reload('signal');
    const { rows } = await db.knex.raw<{ rows: { least: number; most: number }[] }>(
      'SELECT min(revision) AS least, max(revision) AS most FROM config_revisions',
    );
    expect(rows[0]).toEqual({ least: 502, most: 1501 });
  });
});
