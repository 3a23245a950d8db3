import { describe, expect, it } from 'vitest';
import { captureError } from '../support/capture-error.js';
import { openDatabase, recordLog } from '../support/postgres.js';
import { waitUntil } from '../support/wait-until.js';
import { connections, useEmptyDatabase, valueOf } from './support.js';

const testDatabase = useEmptyDatabase();
const { open } = testDatabase;

describe('a live change', () => {
  const next = { pool: { min: 0, max: 2 }, statementTimeoutMs: 2000, slowQueryMs: 50 };

  it('applies to new work, while running work ends on the old pool', async () => {
    const database = open({ statementTimeoutMs: 1500, applicationName: 'changed' });
    const before = database.knex;
    const running = database.transaction(async (trx) => {
      const { commit } = await database.prepareReconfigure(next);
      expect(await valueOf(database, `current_setting('statement_timeout')`)).toBe('1500ms');
      commit();
      expect(await valueOf(database, `current_setting('statement_timeout')`)).toBe('2s');
      await trx.raw('SELECT 1');
      return 'ended well';
    });
    expect(await running).toBe('ended well');
    // A request that took the old pool before the change may use it for as long as a request lasts.
    await before.raw('SELECT 1');
    const watcher = open();
    await waitUntil('the old pool is closed', async () => (await connections(watcher, 'changed')) === 1);
    expect(await captureError(before.raw('SELECT 1'))).toMatchObject({ name: 'DatabaseConnectionError' });
  });

  it('can be discarded', async () => {
    const database = open({ applicationName: 'undone' });
    await database.knex.raw('SELECT 1');
    const { undo } = await database.prepareReconfigure(next);
    await undo();
    expect(await valueOf(database, `current_setting('statement_timeout')`)).toBe('5s');
    const watcher = open();
    await waitUntil('the new pool is closed', async () => (await connections(watcher, 'undone')) === 1);
  });

  it('can be undone after it was committed', async () => {
    const database = open({ applicationName: 'recalled' });
    await database.knex.raw('SELECT 1');
    const { commit, undo } = await database.prepareReconfigure(next);
    commit();
    await undo();
    expect(await valueOf(database, `current_setting('statement_timeout')`)).toBe('5s');
    const watcher = open();
    await waitUntil('the new pool is closed', async () => (await connections(watcher, 'recalled')) === 1);
  });

  it('is rejected if the server is unreachable', async () => {
    const elsewhere = new URL(testDatabase.url);
    elsewhere.port = '1';
    const database = openDatabase(elsewhere.href);
    const before = database.knex;
    expect(await captureError(database.prepareReconfigure(next))).toMatchObject({ name: 'DatabaseConnectionError' });
    expect(database.knex).toBe(before);
    await database.close();
  });
});

describe('closing', () => {
  it('waits for running work', async () => {
    const database = openDatabase(testDatabase.url);
    const work = database.transaction(async (trx) => {
      await trx.raw('SELECT 1');
      closing = database.close();
      await trx.raw('SELECT pg_sleep(0.05)');
      return 'done';
    });
    let closing: Promise<void> | undefined;
    expect(await work).toBe('done');
    await closing;
  });

  it('terminates work that does not end, and immediately rejects later work', async () => {
    const { log, lines } = recordLog();
    // A connection may take half of this time.
    const database = openDatabase(testDatabase.url, { statementTimeoutMs: 1000, log });
    let release = (): void => undefined;
    const stuck = database.transaction(
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    );
    await waitUntil('the transaction has begun', () => database.usage.used === 1);
    const closing = database.close();
    expect(await captureError(database.knex.raw('SELECT 1'))).toMatchObject({ name: 'DatabaseConnectionError' });
    await waitUntil('it is cut off', () =>
      lines.some((line) => line['msg'] === 'database connections terminated at shutdown'),
    );
    release();
    expect(await captureError(stuck)).toMatchObject({ name: 'DatabaseConnectionError' });
    await closing;
  });
});
