import { Model } from 'objection';
import { describe, expect, inject, it } from 'vitest';
import { AppError } from '../../src/errors/app-error.js';
import type { Database } from '../../src/database/database.js';
import { classifyDatabaseError, toAppError, violatedConstraint } from '../../src/database/classify-error.js';
import { captureError } from '../support/capture-error.js';
import { openDatabase, useDatabase, type TestDatabase } from '../support/postgres.js';

let testDatabase: TestDatabase;
let database: Database;

useDatabase((created, opened) => {
  testDatabase = created;
  database = opened;
});

const failureOn = async (options: Parameters<typeof openDatabase>[1], statement: string): Promise<unknown> => {
  // Short timeouts leave no time for an attempt with TLS, which this server does not offer.
  const other = openDatabase(`${testDatabase.url}?sslmode=disable`, options);
  try {
    return await captureError(other.knex.raw(statement));
  } finally {
    await other.close();
  }
};

const elsewhere = async (change: (url: URL) => void): Promise<unknown> => {
  const url = new URL(testDatabase.url);
  change(url);
  const other = openDatabase(url.href);
  try {
    return await captureError(other.knex.raw('SELECT 1'));
  } finally {
    await other.close();
  }
};

describe('a database error', () => {
  it('is a lost connection when the backend is terminated', async () => {
    const error = await captureError(
      database.transaction(async (trx) => {
        const { rows } = await trx.raw<{ rows: { pid: number }[] }>('SELECT pg_backend_pid() AS pid');
        await database.knex.raw('SELECT pg_terminate_backend(?, 5000)', [rows[0]?.pid ?? 0]);
        await trx.raw('SELECT 1');
      }),
    );
    expect(classifyDatabaseError(error)).toBe('connection');
  });

  it('is a timeout when a statement takes too long', async () => {
    expect(classifyDatabaseError(await failureOn({ statementTimeoutMs: 2000 }, 'SELECT pg_sleep(30)'))).toBe('timeout');
  });

  it('is a timeout when a lock is not free', async () => {
    await database.transaction(async (trx) => {
      await trx.raw('LOCK TABLE greetings');
      const second = database.transaction((other) => other.raw('LOCK TABLE greetings NOWAIT'));
      expect(classifyDatabaseError(await captureError(second))).toBe('timeout');
    });
  });

  it('is read_only when the server rejects writes', async () => {
    const error = await captureError(
      database.transaction(async (trx) => {
        await trx.raw('SET TRANSACTION READ ONLY');
        await trx.raw('DELETE FROM greetings');
      }),
    );
    expect(classifyDatabaseError(error)).toBe('read_only');
    expect(toAppError(error)?.retryAfterSeconds).toBe(5);
  });

  it('is an exhausted pool when every connection is taken', async () => {
    const small = openDatabase(testDatabase.url, { pool: { min: 0, max: 1 }, statementTimeoutMs: 2000 });
    try {
      await small.transaction(async () => {
        const error = await captureError(small.knex.raw('SELECT ?::text', ['s3cret']));
        expect(classifyDatabaseError(error)).toBe('pool_exhausted');
        expect(JSON.stringify(error)).not.toContain('s3cret');
        expect(classifyDatabaseError(await captureError(small.prepared({ name: 'one', text: 'SELECT 1' }, [])))).toBe(
          'pool_exhausted',
        );
      });
    } finally {
      await small.close();
    }
  });

  it('is an exhausted pool when the server takes no more connections', async () => {
    const role = `crowd_${testDatabase.name}`;
    await database.knex.raw(`CREATE ROLE ${role} LOGIN PASSWORD 'x' CONNECTION LIMIT 0`);
    const error = await elsewhere((url) => {
      url.username = role;
      url.password = 'x';
    });
    await database.knex.raw(`DROP ROLE ${role}`);
    expect(error).toMatchObject({ code: '53300' });
    expect(classifyDatabaseError(error)).toBe('pool_exhausted');
  });

  it('is a serialization failure when two transactions meet', async () => {
    const count = 'SELECT count(*) FROM greetings';
    const serial = { isolationLevel: 'serializable' } as const;
    const error = await captureError(
      database.knex.transaction(async (first) => {
        await first.raw('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE');
        await database.knex.transaction(async (second) => {
          await second.raw('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE');
          await first.raw(count);
          await second.raw(count);
          await first.raw(`INSERT INTO roles (id, name) VALUES (gen_random_uuid(), 'one')`);
          await second.raw(`UPDATE roles SET description = 'x' WHERE name = 'user'`);
        }, serial);
        await first.raw(`UPDATE roles SET description = 'y' WHERE name = 'user'`);
      }, serial),
    );
    expect(classifyDatabaseError(error)).toBe('serialization');
  });

  it.each([
    ['53100', 'disk_full'],
    ['53200', 'pool_exhausted'],
    ['57P01', 'connection'],
    ['57P03', 'connection'],
    ['08006', 'connection'],
    ['40P01', 'serialization'],
    ['25P03', 'connection'],
  ])('with SQLSTATE %s is %s', async (state, fault) => {
    const error = await captureError(
      database.knex.raw(`DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '${state}'; END $$`),
    );
    expect(error).toMatchObject({ code: state });
    expect(classifyDatabaseError(error)).toBe(fault);
  });

  it('is a connection failure if nothing listens, the password is wrong, or the database or host does not exist', async () => {
    const errors = [
      await elsewhere((url) => (url.port = '1')),
      await elsewhere((url) => (url.password = 'wrong')),
      await elsewhere((url) => (url.pathname = '/absent')),
      await elsewhere((url) => (url.hostname = 'absent.invalid')),
    ];
    expect(errors.map(classifyDatabaseError)).toEqual(['connection', 'connection', 'connection', 'connection']);
    expect(errors.map(String).join()).not.toContain(new URL(inject('postgresUrl')).password);
  });
});

describe('an error that is not a failure of the database', () => {
  it.each(['SELEC 1', 'SELECT * FROM absent', 'SELECT 1/0', `INSERT INTO roles (id, name) VALUES (NULL, 'x')`])(
    'is %s',
    async (statement) => {
      const error = await captureError(database.knex.raw(statement));
      expect(classifyDatabaseError(error)).toBeNull();
      expect(toAppError(error)).toBeNull();
      expect(violatedConstraint(error)).toBeNull();
    },
  );

  it('includes a value that cannot be sent, which keeps the connection usable', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const pid = { name: 'pid', text: 'SELECT pg_backend_pid() AS pid' };
    const before = await database.prepared(pid, []);
    expect(
      classifyDatabaseError(
        await captureError(database.prepared({ name: 'json', text: 'SELECT $1::jsonb' }, [circular])),
      ),
    ).toBeNull();
    expect(await database.prepared(pid, [])).toEqual(before);
  });

  it.each([
    undefined,
    null,
    'ECONNREFUSED',
    new Error('Connection terminated unexpectedly'),
    new AppError('forbidden'),
    {},
  ])('is %s', (value) => {
    expect(classifyDatabaseError(value)).toBeNull();
  });

  it('is an error of the file system', () => {
    expect(classifyDatabaseError(Object.assign(new Error('no file'), { code: 'ENOENT', syscall: 'open' }))).toBeNull();
  });
});

describe('a wrapped error', () => {
  class Role extends Model {
    static override tableName = 'roles';
    declare id: string;
    declare name: string;
  }

  it('of Objection keeps its constraint, and does not contain the row', async () => {
    const insert = Role.query(database.knex).insert({ id: '01900000-0000-7000-9000-0000000000ff', name: 'admin' });
    const error = await captureError(insert);
    expect((error as Error).constructor.name).toBe('UniqueViolationError');
    expect(violatedConstraint(error)).toBe('roles_name_key');
    expect(classifyDatabaseError(error)).toBeNull();
  });

  it('of Objection keeps its kind of failure', async () => {
    const error = await captureError(
      database.transaction(async (trx) => {
        await trx.raw('SET TRANSACTION READ ONLY');
        await Role.query(trx).patch({ name: 'x' }).where({ name: 'user' });
      }),
    );
    expect(classifyDatabaseError(error)).toBe('read_only');
  });

  it('is classified by its causes, even if they are circular', () => {
    const inner = Object.assign(new Error('x'), { code: 'ECONNRESET' });
    expect(classifyDatabaseError(new Error('outer', { cause: new Error('middle', { cause: inner }) }))).toBe(
      'connection',
    );
    const circle = new Error('circle');
    circle.cause = circle;
    expect(classifyDatabaseError(circle)).toBeNull();
  });
});

describe('the response to a database failure', () => {
  it('is 503 with Retry-After, without the message of the database', async () => {
    const error = await failureOn({ statementTimeoutMs: 2000 }, 'SELECT pg_sleep(30)');
    const answer = toAppError(error);
    expect(answer).toMatchObject({ code: 'service_unavailable', status: 503, retryAfterSeconds: 1 });
    expect(answer?.detail).toBe('The database is temporarily unavailable. Try again in 1 second.');
    expect(answer?.cause).toBe(error);
  });
});

describe('an error of a statement', () => {
  it('contains neither the values nor the row, so that it can be logged', async () => {
    const row = { id: '01900000-0000-7000-9000-0000000000fe', username: 'x y', password_hash: 'h4sh' };
    const error = (await captureError(database.knex('users').insert(row))) as Error & { detail: string };
    expect(violatedConstraint(error)).toBe('users_username_check');
    expect(error.detail).toContain('h4sh');
    expect(error.message).not.toContain('h4sh');
    expect(JSON.stringify(error)).not.toContain('h4sh');
  });
});
