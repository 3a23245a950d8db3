import { afterEach, beforeAll, afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connection, Database, DatabaseOptions } from '../../src/database/database.js';
import { classifyDatabaseError } from '../../src/database/classify-error.js';
import { captureError } from '../support/capture-error.js';
import { createDatabase, openDatabase, recordLog, type TestDatabase } from '../support/postgres.js';
import { startProxy, type Proxy } from '../support/tcp-proxy.js';
import { waitUntil } from '../support/wait-until.js';

let testDatabase: TestDatabase;
let proxy: Proxy;
const opened: Database[] = [];

beforeAll(async () => {
  testDatabase = await createDatabase();
});
beforeEach(async () => {
  proxy = await startProxy(testDatabase.url);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await proxy.close();
});
afterAll(() => testDatabase.drop());

const open = (options: Partial<DatabaseOptions> = {}): Database => {
  const database = openDatabase(proxy.url, options);
  opened.push(database);
  return database;
};

const one = { name: 'one', text: 'SELECT 1 AS one' };

/** Fills the pool with living connections: transactions that are open at the same time have one each. */
const warm = async (database: Database, connections: number): Promise<void> => {
  const transactions = await Promise.all(Array.from({ length: connections }, () => database.knex.transaction()));
  await Promise.all(transactions.map((trx) => trx.rollback()));
  await waitUntil('all connections are free', () => database.usage.free === connections);
  expect(proxy.connectionCount()).toBe(connections);
};

describe('a server that becomes unavailable and returns', () => {
  it('fails every query without waiting for the pool, and works again when it returns', async () => {
    const database = open();
    await warm(database, 4);
    await proxy.down();
    const startedAt = performance.now();
    const faults = await Promise.all(
      Array.from({ length: 20 }, async () => classifyDatabaseError(await captureError(database.prepared(one, [])))),
    );
    expect(new Set(faults)).toEqual(new Set(['connection']));
    // Callers wait up to five seconds for the pool.
    expect(performance.now() - startedAt).toBeLessThan(4_500);
    expect(await database.ping(500)).toBe(false);

    await proxy.up();
    await waitUntil('a read succeeds', async () => (await database.prepared(one, []).catch(() => [])).length === 1);
    await waitUntil('the ping is answered', () => database.ping(500));
  });

  it('is reported once when it becomes unavailable and once when it returns', async () => {
    const { log, lines } = recordLog();
    const database = open({ log });
    await proxy.down();
    for (let call = 0; call < 5; call += 1) await captureError(database.knex.raw('SELECT 1'));
    await proxy.up();
    await database.knex.raw('SELECT 1');
    const messages = lines.filter((line) => line['level'] !== 'debug').map(({ level, msg }) => [level, msg]);
    expect(messages).toEqual([
      ['warn', 'database unreachable'],
      ['info', 'database reachable again'],
    ]);
  });

  it('may be absent at the start', async () => {
    await proxy.down();
    const database = open();
    expect(classifyDatabaseError(await captureError(database.read((db) => db.raw('SELECT 1'))))).toBe('connection');
    await proxy.up();
    expect(await database.prepared(one, [])).toEqual([{ one: 1 }]);
  });
});

/** Terminates the backends of this database as soon as some exist, as a restart does. */
const terminate = async (which: 'idle' | 'sleeping'): Promise<void> => {
  const admin = openDatabase(testDatabase.url);
  const condition = which === 'idle' ? `state = 'idle'` : `state = 'active' AND query LIKE '%pg_sleep(30)%'`;
  await waitUntil(`${which} backends are terminated`, async () => {
    const { rows } = await admin.knex.raw<{ rows: unknown[] }>(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND ${condition}`,
    );
    return rows.length > 0;
  });
  await admin.close();
};

/** A query whose backend is terminated under it. */
const terminatedQuery = async (db: Connection): Promise<void> => {
  const query = db.raw('SELECT pg_sleep(30)').then();
  await Promise.all([captureError(query), terminate('sleeping')]);
  await query;
};

describe('terminated backends', () => {
  it('are noticed by idle connections: reads, prepared reads and transactions go on', async () => {
    const database = open();
    await warm(database, 4);
    await terminate('idle');
    const answers = await Promise.all([
      database.prepared(one, []),
      database.read(async (db) => (await db.raw<{ rows: unknown[] }>('SELECT 1 AS one')).rows),
      database.transaction(async (trx) => (await trx.raw<{ rows: unknown[] }>('SELECT 1 AS one')).rows),
    ]);
    expect(answers).toEqual([[{ one: 1 }], [{ one: 1 }], [{ one: 1 }]]);
  });

  it('in the middle of a read lead to one retry, which succeeds', async () => {
    const database = open();
    let runs = 0;
    const read = database.read(async (db) => {
      runs += 1;
      await db.raw('SELECT 1');
      if (runs === 1) await terminatedQuery(db);
      return runs;
    });
    expect(await read).toBe(2);
  });

  it('in the middle of a read lead to one retry at most', async () => {
    const database = open();
    let runs = 0;
    const read = database.read(async (db) => {
      runs += 1;
      await terminatedQuery(db);
    });
    expect(classifyDatabaseError(await captureError(read))).toBe('connection');
    expect(runs).toBe(2);
  });

  it('in the middle of a transaction are an error, and nothing is repeated', async () => {
    const database = open();
    let runs = 0;
    const work = database.transaction(async (trx) => {
      runs += 1;
      await terminatedQuery(trx);
    });
    expect(classifyDatabaseError(await captureError(work))).toBe('connection');
    expect(runs).toBe(1);
    expect(await database.prepared(one, [])).toEqual([{ one: 1 }]);
  });
});

describe('a server that hangs', () => {
  const limits = { statementTimeoutMs: 1_500 };
  const within = async (work: PromiseLike<unknown>): Promise<string | null> => {
    const startedAt = performance.now();
    const fault = classifyDatabaseError(await captureError(work));
    expect(performance.now() - startedAt).toBeLessThan(limits.statementTimeoutMs + 4_000);
    return fault;
  };

  it('times out shortly after the statement timeout, on existing and on new connections', async () => {
    const database = open({ ...limits, pool: { min: 0, max: 8 } });
    await warm(database, 4);
    proxy.hang();
    const faults = await Promise.all([
      within(database.prepared(one, [])),
      within(database.read((db) => db.raw('SELECT 1'))),
      within(database.transaction((trx) => trx.raw('SELECT 1'))),
      within(database.knex.raw('SELECT 1')),
      within(database.knex.raw('SELECT 1')),
      within(database.knex.raw('SELECT 1')),
    ]);
    expect(faults.slice(0, 4)).toEqual(['timeout', 'timeout', 'timeout', 'timeout']);
    expect(faults.slice(4)).toEqual(['connection', 'connection']);
  });

  it('does not delay a ping, and the next ping finds a server that has recovered', async () => {
    const database = open();
    expect(await database.ping(5_000)).toBe(true);
    proxy.hang();
    const startedAt = performance.now();
    expect(await database.ping(50)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    proxy.resume();
    expect(await database.ping(5_000)).toBe(true);
  });

  it('leaves no connection behind', async () => {
    const database = open(limits);
    await warm(database, 2);
    proxy.hang();
    await Promise.all([within(database.prepared(one, [])), within(database.prepared(one, []))]);
    proxy.resume();
    expect(await database.prepared(one, [])).toEqual([{ one: 1 }]);
    await waitUntil('what hung is gone', () => proxy.connectionCount() === 1);
  });

  it('does not delay closing', async () => {
    const database = openDatabase(proxy.url, limits);
    expect(await database.ping(5_000)).toBe(true);
    await Promise.all([database.knex.raw('SELECT pg_sleep(0.02)'), database.knex.raw('SELECT pg_sleep(0.02)')]);
    proxy.hang();
    const running = captureError(database.knex.raw('SELECT 1'));
    await waitUntil('the query is under way', () => database.usage.used === 1);
    const startedAt = performance.now();
    await database.close();
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(classifyDatabaseError(await running)).toBe('timeout');
  });
});

describe('a server that hangs during a change of the pool', () => {
  const next = { pool: { min: 0, max: 2 }, statementTimeoutMs: 5000, slowQueryMs: 50 };

  it('fails the change soon, and does not delay the next one after it recovers', async () => {
    const database = open();
    proxy.hang();
    const beganMs = performance.now();
    expect(await captureError(database.prepareReconfigure(next))).toMatchObject({ name: 'QueryTimeoutError' });
    expect(performance.now() - beganMs).toBeLessThan(4_500);
    proxy.resume();
    const { commit } = await database.prepareReconfigure(next);
    commit();
    await database.knex.raw('SELECT 1');
  });
});
