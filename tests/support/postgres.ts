import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { beforeAll, inject } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { createLogger, type Logger } from '../../src/observability/logger.js';
import { openDatabase } from './open-database.js';
import './global-setup.js';

export { openDatabase, silentLog } from './open-database.js';

/** The database of a test file. */
export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** Drops the database and terminates its connections. */
  drop(): Promise<void>;
}

/** A logger and the lines it has recorded. */
export interface RecordedLog {
  readonly log: Logger;
  readonly lines: Record<string, unknown>[];
}

/** Creates a logger that records its lines instead of printing them. */
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

/** Copies the files of a template, which takes less CPU time than to copy it block by block through the buffers. */
const createFrom = async (template: string): Promise<TestDatabase> => {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdministrator(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return { url: url.href, name, drop: () => asAdministrator(`DROP DATABASE ${name} WITH (FORCE)`) };
};

/** Creates an empty database on the PostgreSQL server of this run. */
export const createDatabase = (): Promise<TestDatabase> => createFrom('template1');

/** Creates a database with all migrations. */
export const createMigratedDatabase = (): Promise<TestDatabase> => createFrom(inject('migratedTemplate'));

/**
 * Creates a database for the tests of a file and connects to it. It is dropped after the tests.
 * @param receive called with the database and the connection before the first test
 * @param create creates the database; by default with all migrations
 */
export const useDatabase = (
  receive: (created: TestDatabase, database: Database) => void,
  create: () => Promise<TestDatabase> = createMigratedDatabase,
): void => {
  beforeAll(async () => {
    const created = await create();
    const database = openDatabase(created.url);
    receive(created, database);
    return async () => {
      await database.close();
      await created.drop();
    };
  });
};
