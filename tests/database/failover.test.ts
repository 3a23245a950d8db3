import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { classifyDatabaseError } from '../../src/database/classify-error.js';
import { captureError } from '../support/capture-error.js';
import { createDatabase, openDatabase, type TestDatabase } from '../support/postgres.js';
import { waitUntil } from '../support/wait-until.js';

const role = `role_${randomBytes(6).toString('hex')}`;
let testDatabase: TestDatabase;
let admin: Database;
let database: Database;

beforeAll(async () => {
  testDatabase = await createDatabase();
  admin = openDatabase(testDatabase.url);
  await admin.knex.raw(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
  await admin.knex.raw(`CREATE TABLE marks (mark integer); GRANT ALL ON marks TO ${role}`);
  const url = new URL(testDatabase.url);
  url.username = role;
  url.password = 'secret';
  database = openDatabase(url.href);
});
afterAll(async () => {
  await database.close();
  await admin.knex.raw(`DROP OWNED BY ${role}`);
  await admin.knex.raw(`DROP ROLE ${role}`);
  await admin.close();
  await testDatabase.drop();
});

const write = (): PromiseLike<unknown> => database.knex.raw('INSERT INTO marks VALUES (1)');

/** The server processes that serve the role. */
const backends = async (): Promise<number[]> => {
  const { rows } = await admin.knex.raw<{ rows: { pid: number }[] }>(
    'SELECT pid FROM pg_stat_activity WHERE usename = ?',
    [role],
  );
  return rows.map(({ pid }) => pid);
};

const makeReadOnly = async (): Promise<void> => {
  await admin.knex.raw(`ALTER ROLE ${role} SET default_transaction_read_only = on`);
  await admin.knex.raw('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = ?', [role]);
};

const makeWritable = (): PromiseLike<unknown> =>
  admin.knex.raw(`ALTER ROLE ${role} RESET default_transaction_read_only`);

/** Uses the pool, the ping and a listening connection once, and reports the end of the last one. */
const openAll = async (): Promise<{ readonly hasEnded: () => boolean }> => {
  const state = { hasEnded: false };
  await database.direct({
    name: 'test',
    timeoutMs: 5000,
    onNotification: () => undefined,
    onEnd: () => {
      state.hasEnded = true;
    },
  });
  await Promise.all([1, 2, 3, 4].map(() => database.knex.raw('SELECT pg_sleep(0.2)')));
  expect(await database.ping(5000)).toBe(true);
  return { hasEnded: () => state.hasEnded };
};

describe('sessions that are read-only', { timeout: 60_000 }, () => {
  it('are replaced, all of them, and writes work again without a restart', async () => {
    await write();
    await makeReadOnly();
    const { hasEnded } = await openAll();
    expect(classifyDatabaseError(await captureError(write()))).toBe('read_only');
    expect((await database.knex.raw<{ rows: unknown[] }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await waitUntil('the connection that listens has ended', hasEnded);
    // These sessions began read-only and would stay so for ever.
    const listening = await openAll();
    const old = await backends();
    await makeWritable();
    await waitUntil('a write works', async () => {
      return write().then(
        () => true,
        () => false,
      );
    });
    await waitUntil(
      'every read-only session has ended',
      async () => {
        const left = await backends();
        return !old.some((pid) => left.includes(pid));
      },
      10_000,
    );
    await waitUntil('the connection that listens has ended', listening.hasEnded);
  });

  it('stay open while the whole server is read-only', async () => {
    await makeReadOnly();
    expect(classifyDatabaseError(await captureError(write()))).toBe('read_only');
    await openAll();
    const pool = await backends();
    for (let count = 0; count < 5; count += 1) {
      expect(classifyDatabaseError(await captureError(write()))).toBe('read_only');
    }
    const left = await backends();
    // Each refused write costs its own connection at most.
    expect(pool.filter((pid) => left.includes(pid)).length).toBeGreaterThan(0);
    await makeWritable();
    await waitUntil('a write works', async () => {
      return write().then(
        () => true,
        () => false,
      );
    });
  });
});
