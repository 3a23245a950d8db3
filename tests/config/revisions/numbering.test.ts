import { describe, expect, it } from 'vitest';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PendingRevision } from '../../../src/config/revisions/revision-store.js';
import type { ConfigOptions } from '../../../src/config/types.js';
import { makeGate } from '../support.js';
import { caught } from '../../support/caught.js';
import type { TestDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';
import { login, open, openInstance, requester, storeOver, useEmptyRevisions } from './support.js';

let made: TestDatabase;

useEmptyRevisions((database) => {
  made = database;
});

const numbered = async (options: Partial<ConfigOptions> = {}) => {
  const instance = openInstance({ 'local.yaml': login(7) }, options);
  const db = open(made.url);
  instance.config.useRevisionStore(storeOver(db));
  await instance.config.ensureNumbered();
  const revisions = async (): Promise<number[]> =>
    (await db.knex('config_revisions').orderBy('revision').pluck('revision')) as number[];
  return { ...instance, db, revisions };
};

describe('a number', () => {
  it('is seen with its settings, and never with others', async () => {
    const { config, setPoints } = await numbered();
    const pairs = new Map<number, number>([[1, 7]]);
    const life = { isOver: false };
    const reader = (async () => {
      while (!life.isOver) {
        const { current, status } = config;
        const { points } = current.rateLimit.login;
        expect(config.revisionOf(current)).toBe(status.revision);
        expect(pairs.get(status.revision ?? -1) ?? points).toBe(points);
        pairs.set(status.revision ?? -1, points);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (let points = 8; points < 20; points += 1) {
      setPoints(points);
      await config.reload('signal');
    }
    life.isOver = true;
    await reader;
    expect(pairs.get(13)).toBe(19);
  });

  it('stays with the settings that a request began with', async () => {
    const { config, setPoints } = await numbered();
    const before = config.current;
    setPoints(8);
    await config.reload('signal');
    expect([config.revisionOf(before), config.revisionOf(config.current)]).toEqual([1, 2]);
  });

  it('is given back when a subscriber fails to commit', async () => {
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

  it('that comes too late is given back, and a change does not wait for it', async () => {
    const gate = makeGate();
    const given: PendingRevision[] = [];
    const { config, setPoints, db, revisions } = await numbered({ times: { numberingMs: 200 } });
    const store = storeOver(db);
    config.useRevisionStore({
      ...store,
      reserve: async (draft) => {
        await gate.promise;
        const claim = await store.reserve(draft);
        given.push(claim);
        return claim;
      },
    });
    setPoints(8);
    expect(await config.reload('signal')).toMatchObject({ outcome: 'applied', revision: null });
    expect(config.status.revision).toBeNull();
    gate.open();
    await until('the late claim', () => given.length > 0);
    await until('it is given back', () => db.usage.used === 0);
    expect(await revisions()).toEqual([1]);
    await until('it is registered', async () => {
      await config.syncRevisions();
      return config.status.revision === 2;
    });
    expect(await revisions()).toEqual([1, 2]);
  });

  it('that could not be committed is null until the database has numbered the content', async () => {
    const { config, setPoints, points, db, revisions } = await numbered();
    const store = storeOver(db);
    config.useRevisionStore({
      ...store,
      reserve: async (draft) => {
        const claim = await store.reserve(draft);
        return {
          ...claim,
          keep: async () => {
            await claim.discard();
            throw new Error('the connection is lost');
          },
        };
      },
    });
    setPoints(8);
    expect(await config.reload('signal')).toMatchObject({ outcome: 'applied', revision: null });
    expect([points(), config.status.revision, await revisions()]).toEqual([8, null, [1]]);
    const id = '01a1fd4f-a792-70ea-9070-000000000001';
    expect(await caught(config.rollBack(1, id, { requester }))).toBeInstanceOf(Error);
    expect([points(), config.status.rollback, config.status.revision]).toEqual([8, null, null]);
    config.useRevisionStore(store);
    await config.syncRevisions();
    expect([await revisions(), config.status.revision]).toEqual([[1, 4], 4]);
  });

  it('of a process that is killed between insert and swap is nobody’s', async () => {
    const { config, db, revisions, directory, setPoints } = await numbered();
    setPoints(8);
    const script = fileURLToPath(new URL('./fixtures/killed-at-swap.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, made.url, directory], { stdio: 'inherit' });
    const signal = await new Promise((resolve) => child.once('close', (_code, name) => resolve(name)));
    expect(signal).toBe('SIGKILL');
    expect(await revisions()).toEqual([1]);
    // The lock of the dead goes with its connection.
    await until('the dead session has gone', async () => {
      const { rows } = await db.knex.raw<{ rows: { count: number }[] }>(
        `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
      );
      return rows[0]?.count === 0;
    });
    expect(await config.reload('signal')).toMatchObject({ outcome: 'applied', revision: 2 });
  });
});

describe('the history', () => {
  it('keeps no secret, and tells that one has changed', async () => {
    const { config, write, db } = await numbered();
    write('local.yaml', `database: {url: "postgres://u:hunter2@h/db"}\n${login(7)}`);
    await config.reload('signal');
    const rows = JSON.stringify([await db.knex('config_revisions'), await db.knex('audit_events')]);
    expect(rows).not.toContain('hunter2');
    const row = await db.knex('config_revisions').where({ revision: 2 }).first<{ changes: unknown }>();
    expect(row.changes).toEqual([{ key: 'database.url', from: null, to: '********' }]);
  });

  it('keeps the newest thousand', async () => {
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
