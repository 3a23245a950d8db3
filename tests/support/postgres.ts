import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { beforeAll, inject } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { createLogger, type Logger } from '../../src/observability/logger.js';
import { openDatabase } from './open-database.js';
import './global-setup.js';

export { openDatabase, silentLog } from './open-database.js';

/** A database of one test file. */
export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** Removes it, with whoever is still connected. */
  drop(): Promise<void>;
}

/** A logger for tests and the lines it was given. */
export interface RecordedLog {
  readonly log: Logger;
  readonly lines: Record<string, unknown>[];
}

/** A logger that keeps its lines instead of printing them. */
export const recordLog = (): RecordedLog => {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().split('\n').filter(Boolean)) {
        lines.push(JSON.parse(line) as Record<string, unknown>);
      }
      done();
    },
  });
  return { log: createLogger('debug', sink), lines };
};

const asAdministrator = async (statement: string): Promise<void> => {
  const database = openDatabase(inject('postgresUrl'), { statementTimeoutMs: 30_000 });
  try {
    await database.knex.raw(statement);
  } finally {
    await database.close();
  }
};

const createFrom = async (template: string): Promise<TestDatabase> => {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdministrator(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return { url: url.href, name, drop: () => asAdministrator(`DROP DATABASE ${name} WITH (FORCE)`) };
};

/** Makes an empty database in the cluster of this run. */
export const createDatabase = (): Promise<TestDatabase> => createFrom('template1');

/** Makes a database with every migration in it. */
export const createMigratedDatabase = (): Promise<TestDatabase> => createFrom(inject('migratedTemplate'));

/**
 * Makes a database for the tests of a file, and connects to it; both end with the file.
 * @param receive called with both before the first test
 * @param create a migrated database, unless said otherwise
 */
export const useDatabase = (
  receive: (made: TestDatabase, database: Database) => void,
  create: () => Promise<TestDatabase> = createMigratedDatabase,
): void => {
  beforeAll(async () => {
    const made = await create();
    const database = openDatabase(made.url);
    receive(made, database);
    return async () => {
      await database.close();
      await made.drop();
    };
  });
};
