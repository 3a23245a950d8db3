import { beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../src/database/database.js';
import { captureError } from '../support/capture-error.js';
import { openDatabase } from '../support/postgres.js';
import { useEmptyDatabase } from './support.js';

const testDatabase = useEmptyDatabase();
const { open } = testDatabase;

describe('a transaction', () => {
  beforeAll(async () => {
    const database = openDatabase(testDatabase.url);
    await database.knex.raw('CREATE TABLE notes (id integer PRIMARY KEY)');
    await database.close();
  });
  const add = (trx: Transaction, id: number): PromiseLike<unknown> => trx('notes').insert({ id });

  it('is committed when its work resolves, and rolled back when it rejects', async () => {
    const database = open();
    expect(await database.transaction(async (trx) => add(trx, 1).then(() => 'done'))).toBe('done');
    const reason = new Error('changed my mind');
    const work = database.transaction(async (trx) => {
      await add(trx, 2);
      throw reason;
    });
    expect(await captureError(work)).toBe(reason);
    expect(await database.knex('notes').pluck('id')).toEqual([1]);
  });

  it('is rejected if one of its statements failed and the work continued', async () => {
    const database = open();
    const work = database.transaction(async (trx) => {
      await add(trx, 3);
      await captureError(add(trx, 3));
    });
    expect(await captureError(work)).toMatchObject({ name: 'TransactionAbortedError' });
    expect(await database.knex('notes').where({ id: 3 })).toEqual([]);
  });

  it('rejects with the cause when the connection is gone and ROLLBACK fails too', async () => {
    const database = open();
    const reason = new Error('the cause');
    const work = database.transaction(async (trx) => {
      const { rows } = await trx.raw<{ rows: { pid: number }[] }>('SELECT pg_backend_pid() AS pid');
      await database.knex.raw('SELECT pg_terminate_backend(?, 5000)', [rows[0]?.pid ?? 0]);
      throw reason;
    });
    expect(await captureError(work)).toBe(reason);
  });
});

describe('a prepared statement', () => {
  const statement = { name: 'sum', text: 'SELECT $1::int8 + $2::int8 AS sum' };

  it('is prepared once for each connection', async () => {
    const database = open({ pool: { min: 0, max: 1 } });
    expect(await database.prepared(statement, [1, 2])).toEqual([{ sum: 3 }]);
    expect(await database.prepared(statement, [20, 22])).toEqual([{ sum: 42 }]);
    const { rows } = await database.knex.raw<{ rows: unknown[] }>('SELECT name, statement FROM pg_prepared_statements');
    expect(rows).toEqual([{ name: 'sum', statement: statement.text }]);
  });

  it('survives a migration that changes its columns', async () => {
    const database = open({ pool: { min: 0, max: 2 } });
    await database.knex.raw('CREATE TABLE things (id integer); INSERT INTO things VALUES (1)');
    const all = { name: 'all', text: 'SELECT * FROM things' };
    expect(await database.prepared(all, [])).toEqual([{ id: 1 }]);
    await database.knex.raw('ALTER TABLE things ADD COLUMN name text');
    expect(await database.prepared(all, [])).toEqual([{ id: 1, name: null }]);
    expect(await database.prepared(all, [])).toEqual([{ id: 1, name: null }]);
  });

  it('returns its connection to the pool when it fails', async () => {
    const database = open({ pool: { min: 0, max: 1 } });
    await captureError(database.prepared({ name: 'bad', text: 'SELECT 1/0' }, []));
    expect(await database.prepared(statement, [1, 1])).toEqual([{ sum: 2 }]);
  });
});
