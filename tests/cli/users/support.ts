import { hostname, userInfo } from 'node:os';
import { afterEach, beforeEach } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { useDatabase } from '../../support/postgres.js';
import { Workplace } from '../support.js';

/** What the tests of a file use. */
export interface ImportFixture {
  readonly databaseUrl: string;
  readonly database: Database;
  /** A working directory, new for each test. */
  readonly place: Workplace;
}

/**
 * Creates a migrated database for the tests of a file. Each test begins without users.
 * @param receive called before each test
 */
export const useImports = (receive: (fixture: ImportFixture) => void): void => {
  let databaseUrl = '';
  let database: Database;
  let place: Workplace;
  useDatabase((created, opened) => {
    databaseUrl = created.url;
    database = opened;
  });
  beforeEach(() => {
    place = new Workplace(databaseUrl);
    receive({ databaseUrl, database, place });
  });
  afterEach(async () => {
    place.remove();
    await database.knex('users').delete();
    await database.knex('user_imports').delete();
  });
};

/** Records as NDJSON. */
export const ndjson = (records: readonly object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

/** Details of audit events: who ran a command. */
export const cliFacts = { via: 'cli', cli_user: userInfo().username, hostname: hostname() };

/** Records of users with consecutive names. */
export const many = (count: number, from = 0): object[] =>
  Array.from({ length: count }, (_, index) => ({ username: `user${String(from + index).padStart(6, '0')}` }));

/** The names of all users. */
export const usernames = (database: Database): PromiseLike<string[]> =>
  database.knex('users').orderBy('username').pluck<string[]>('username');
