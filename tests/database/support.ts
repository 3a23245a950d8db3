import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Database, DatabaseOptions } from '../../src/database/database.js';
import { captureError } from '../support/capture-error.js';
import { violatedConstraint } from '../../src/database/classify-error.js';
import { createDatabase, openDatabase, useDatabase, type TestDatabase } from '../support/postgres.js';

/** An empty database for the tests of a file. */
export interface EmptyDatabase {
  readonly url: string;
  /** Connects to it. The connection is closed after the test. */
  open(options?: Partial<DatabaseOptions>): Database;
}

/** Creates an empty database for the tests of a file. */
export const useEmptyDatabase = (): EmptyDatabase => {
  let created: TestDatabase;
  const opened: Database[] = [];
  beforeAll(async () => {
    created = await createDatabase();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((database) => database.close()));
  });
  afterAll(() => created.drop());
  return {
    get url() {
      return created.url;
    },
    open(options = {}) {
      const database = openDatabase(created.url, options);
      opened.push(database);
      return database;
    },
  };
};

/** The value of an SQL expression. */
export const valueOf = async (database: Database, expression: string): Promise<unknown> => {
  const { rows } = await database.knex.raw<{ rows: { value: unknown }[] }>(`SELECT ${expression} AS value`);
  return rows[0]?.value;
};

/** The number of connections of an application. */
export const connections = (database: Database, application: string): Promise<unknown> =>
  valueOf(database, `(SELECT count(*) FROM pg_stat_activity WHERE application_name = '${application}')`);

/** A migrated database for the tests of a file. */
export interface MigratedDatabase {
  readonly database: Database;
  /** A new id. */
  id(): string;
  /** Inserts a user and returns the id. */
  addUser(values?: Record<string, unknown>): Promise<string>;
}

/** Creates a migrated database for the tests of a file. */
export const useMigratedDatabase = (): MigratedDatabase => {
  let database: Database;
  let sequence = 0;
  useDatabase((_created, opened) => {
    database = opened;
  });
  const id = (): string => `01900000-0000-7000-9000-${String((sequence += 1)).padStart(12, '0')}`;
  return {
    get database() {
      return database;
    },
    id,
    async addUser(values = {}) {
      const user = { id: id(), username: `user${String(sequence)}`, ...values };
      await database.knex('users').insert(user);
      return user.id;
    },
  };
};

/** The constraint that a statement violates. */
export const violated = async (work: PromiseLike<unknown>): Promise<string | null> =>
  violatedConstraint(await captureError(work));
