import { describe, expect, it } from 'vitest';
import { listHistory } from '../../../src/server/admin-socket/revision-history.js';
import { captureError } from '../../support/capture-error.js';
import type { TestDatabase } from '../../support/postgres.js';
import { login, open, openInstance, requester, storeOver, useEmptyRevisions } from './support.js';

let testDatabase: TestDatabase;

useEmptyRevisions((database) => {
  testDatabase = database;
});

/** An instance whose first revision has 7 points, and the second one 8. */
const openNumbered = async (local = login(8)) => {
  const instance = openInstance({ 'local.yaml': login(7) });
  const db = open(testDatabase.url);
  instance.config.useRevisionStore(storeOver(db));
  await instance.config.ensureNumbered();
  instance.write('local.yaml', local);
  await instance.config.reload('signal');
  return { ...instance, db };
};

describe('a rollback', () => {
  it('that cannot be stored is never applied: subscribers undo what they prepared', async () => {
    const { config, db, points } = await openNumbered();
    const calls: string[] = [];
    config.subscribe({
      name: 'pool',
      prepare: () => {
        calls.push('prepare');
        return { commit: () => void calls.push('commit'), undo: () => void calls.push('undo') };
      },
    });
    config.useRevisionStore({
      ...storeOver(db),
      writeOverrides: () => Promise.reject(new Error('the connection is lost')),
    });
    expect(await captureError(config.overrides.rollBack(1, null, { requester }))).toMatchObject({
      message: 'the connection is lost',
    });
    expect(calls).toEqual(['prepare', 'undo']);
    expect([points(), config.status.revision, config.status.rollback]).toEqual([8, 2, null]);
  });

  it('is deleted again when a subscriber fails to commit, and the previous values get a new number', async () => {
    const { config, db, points } = await openNumbered();
    const remove = config.subscribe({
      name: 'pool',
      prepare: () => ({
        commit: () => {
          throw new Error('broken');
        },
        undo: () => undefined,
      }),
    });
    expect(await config.overrides.rollBack(1, null, { requester })).toMatchObject({ result: { outcome: 'refused' } });
    expect([points(), config.status.rollback]).toEqual([8, null]);
    expect(await db.knex('config_overrides')).toEqual([]);
    remove();
    await config.syncRevisions();
    expect([points(), config.status.revision]).toEqual([8, 4]);
  });

  it('does not change keys that require a restart: the next start uses the values of the files', async () => {
    const local = `server: {port: 81}\n${login(8)}`;
    const { config, points, db } = await openNumbered(local);
    expect(config.status.pendingRestart).toEqual(['server.port']);
    expect(await config.overrides.rollBack(1, null, { requester })).toMatchObject({
      result: { outcome: 'applied', changed: ['rateLimit.login.points'], pendingRestart: ['server.port'] },
    });
    expect(points()).toBe(7);
    const restarted = openInstance({ 'local.yaml': local });
    restarted.config.useRevisionStore(storeOver(db));
    await restarted.config.ensureNumbered();
    expect([restarted.points(), restarted.config.current.server.port]).toEqual([7, 81]);
    expect(restarted.config.status).toMatchObject({ pendingRestart: [], rollback: { revision: 1 } });
  });

  it('to a revision with a key that requires a restart does not report that key as pending', async () => {
    const { config, setPoints } = await openNumbered(`server: {port: 81}\n${login(8)}`);
    setPoints(9);
    await config.reload('signal');
    expect(await config.overrides.rollBack(2, null, { requester })).toMatchObject({
      result: { outcome: 'applied', changed: ['rateLimit.login.points'], pendingRestart: [] },
    });
    expect(config.compare()).toMatchObject({ ok: true, differences: [] });
    expect(config.explain('server.port')[0]).toMatchObject({ value: 8080, source: 'default' });
  });
});

describe('the actor in the revision history', () => {
  it('is the user of the command line, as in the audit log', async () => {
    const { config, db, setPoints } = await openNumbered();
    setPoints(9);
    const details = { via: 'cli', cli_user: 'ada' };
    await config.reload('admin', { requester: { actorId: null, requestMetadata: null, details } });
    const history = await listHistory(db.knex, 10);
    expect(history.map(({ revision, actor }) => [revision, actor])).toEqual([
      [3, 'ada (command line)'],
      [2, null],
      [1, null],
    ]);
  });
});
