import { afterEach, describe, expect, it } from 'vitest';
import type { Database, DatabaseOptions } from '../../src/database/database.js';
import { connectionRejection } from '../../src/database/classify-error.js';
import { captureError } from '../support/capture-error.js';
import { startPooler, type Pooler, type PoolerOptions } from '../support/pgbouncer.js';
import { openDatabase, useDatabase, createDatabase, type TestDatabase } from '../support/postgres.js';

let testDatabase: TestDatabase;
const closing: (() => Promise<void>)[] = [];

useDatabase((created) => {
  testDatabase = created;
}, createDatabase);

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const open = (url: string, options: Partial<DatabaseOptions> = {}): Database => {
  const database = openDatabase(url, options);
  closing.push(() => database.close());
  return database;
};

const pool = async (options: PoolerOptions): Promise<Pooler> => {
  const pooler = await startPooler(testDatabase.url, options);
  closing.push(() => pooler.stop());
  return pooler;
};

/** A pooler whose server connections are busy once, so that it holds several idle ones. */
const fill = async (url: string, count: number): Promise<void> => {
  const database = open(url, { pool: { min: 0, max: count } });
  await Promise.all(Array.from({ length: count }, () => database.knex.raw('SELECT pg_sleep(0.2)')));
};

const ignored = 'options,extra_float_digits';

describe('behind PgBouncer', { timeout: 300_000 }, () => {
  it.each([
    ['transaction mode', { mode: 'transaction', ignored }, 0],
    ['transaction mode with one server connection', { mode: 'transaction', ignored, poolSize: 1 }, 0],
    ['transaction mode with several idle server connections', { mode: 'transaction', ignored }, 4],
    ['transaction mode that takes turns', { mode: 'transaction', ignored, roundRobin: true }, 2],
    ['statement mode', { mode: 'statement', ignored }, 0],
  ] satisfies [string, PoolerOptions, number][])('%s is rejected with what to do', async (_, options, idle) => {
    const { url } = await pool(options);
    if (idle > 0) await fill(url, idle);
    const reason = connectionRejection(await captureError(open(url).inspect()));
    expect(reason).toContain('pool_mode = session');
    expect(reason).not.toContain('\n');
  });

  it('session mode works, with the settings that the pooler drops', async () => {
    const { url } = await pool({ mode: 'session', ignored });
    await open(testDatabase.url).knex.raw('CREATE SCHEMA own');
    const database = open(`${url}?options=-c%20work_mem=8MB`, { schema: 'own', statementTimeoutMs: 4321 });
    const facts = await database.inspect();
    expect(facts).toMatchObject({ isPooled: true, isReadOnly: false });
    expect(facts.lostSettings).toEqual(['search_path', 'statement_timeout', 'idle_in_transaction_session_timeout']);
    const { rows } = await database.knex.raw<{ rows: unknown[] }>(
      `SELECT current_schema() AS schema, current_setting('statement_timeout') AS timeout, current_setting('work_mem') AS memory`,
    );
    expect(rows).toEqual([{ schema: 'own', timeout: '4321ms', memory: '8MB' }]);
  });

  it('session mode with one server connection is not taken for another mode', async () => {
    const { url } = await pool({ mode: 'session', ignored, poolSize: 1 });
    expect(await open(url).inspect()).toMatchObject({ isPooled: true });
  });

  it('a startup parameter that is not ignored is named', async () => {
    const { url } = await pool({ mode: 'session' });
    const reason = connectionRejection(await captureError(open(url).inspect()));
    expect(reason).toMatch(/`options`.*ignore_startup_parameters/);
    expect(reason).not.toContain('\n');
  });

  it('a database that does not exist is rejected', async () => {
    const absent = new URL((await pool({ mode: 'session', ignored })).url);
    absent.pathname = '/no_such_database';
    expect(connectionRejection(await captureError(open(absent.href).inspect()))).toContain('no_such_database');
  });

  it('a server that is away is waited for', async () => {
    const target = new URL(testDatabase.url);
    target.port = '1';
    const pooler = await startPooler(target.href, { mode: 'session', ignored });
    closing.push(() => pooler.stop());
    expect(connectionRejection(await captureError(open(pooler.url).inspect()))).toBeNull();
  });
});

describe('without a pooler', () => {
  it('a session belongs to its connection, with its settings', async () => {
    const facts = await open(testDatabase.url, { schema: 'public' }).inspect();
    expect(facts).toEqual({ isPooled: false, isReadOnly: false, lostSettings: [], isExposed: false });
  });
});
