import type { Knex } from 'knex';
import type { Logger } from '../observability/logger.js';
import { withMigrationLock } from './migration-lock.js';
import { MigrationSource } from './migration-source.js';
import type { PgConnection } from './query.js';

/** What a run may be told besides the database. */
export interface MigrationOptions {
  /** Where migrations come from; the project's own by default. */
  readonly source?: MigrationSource;
  /** How long another run is waited for, in milliseconds; default one minute. */
  readonly lockWaitMs?: number;
}

/** One migration and when it ran; null when it has not. */
export interface MigrationState {
  readonly name: string;
  readonly appliedAt: Date | null;
  /** False for one that a newer release has applied. */
  readonly isKnown: boolean;
}

interface AppliedRow {
  readonly name: string;
  readonly batch: number;
  readonly appliedAt: Date;
}

/** The table is the one that knex's own command line keeps. Its lock table is not used: SIGKILL would leave it locked. */
const createTable = `
  CREATE TABLE IF NOT EXISTS knex_migrations (
    id serial NOT NULL,
    name varchar(255) NULL,
    batch integer NULL,
    migration_time timestamptz NULL,
    CONSTRAINT knex_migrations_pkey PRIMARY KEY (id)
  )`;

const selectApplied = `SELECT name, batch, migration_time AS "appliedAt" FROM knex_migrations ORDER BY id`;

const hasTable = `
  SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 'knex_migrations'`;

const applied = async (connection: PgConnection): Promise<AppliedRow[]> => {
  const { rows } = await connection.query<{ schema: string | null }>('SELECT current_schema() AS schema');
  if (typeof rows[0]?.schema !== 'string') {
    throw new Error('The schema in search_path does not exist; create it first.');
  }
  await connection.query(createTable);
  return (await connection.query<AppliedRow>(selectApplied)).rows;
};

/** What was applied, oldest first; creates nothing. */
export const appliedMigrations = async (connection: PgConnection): Promise<AppliedRow[]> =>
  (await connection.query(hasTable)).rows.length === 0 ? [] : (await connection.query<AppliedRow>(selectApplied)).rows;

/** A run that failed, or cannot be made. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** One migration and its record in one transaction: it is there and known, or neither. */
export const runMigration = async (
  db: Knex,
  connection: PgConnection,
  name: string,
  work: (trx: Knex.Transaction) => Promise<void>,
): Promise<void> => {
  try {
    await db.transaction(work, { connection });
  } catch (error) {
    throw new MigrationError(`The migration ${name} failed and was rolled back.`, { cause: error });
  }
};

/**
 * Applies every migration that has not run, each in a transaction of its own, as one batch. Instances that start
 * together run one after the other; the later ones find nothing to do.
 * @returns the names that ran
 * @throws {MigrationLockError} when another run did not end in time; Error with the cause when a migration fails
 */
export const migrateUp = async (db: Knex, log: Logger, options: MigrationOptions = {}): Promise<string[]> => {
  const source = options.source ?? new MigrationSource();
  return withMigrationLock(db, log, options.lockWaitMs ?? 60_000, async (connection) => {
    const [names, rows] = [await source.getMigrations(), await applied(connection)];
    const done = new Set(rows.map(({ name }) => name));
    const unknown = rows.filter(({ name }) => !names.includes(name)).map(({ name }) => name);
    if (unknown.length > 0) {
      log.warn({ event: 'migration.newer_release', migrations: unknown }, 'database schema is newer than this release');
    }
    const batch = Math.max(0, ...rows.map((row) => row.batch)) + 1;
    const pending = names.filter((name) => !done.has(name));
    for (const name of pending) {
      const migration = await source.getMigration(name);
      await runMigration(db, connection, name, async (trx) => {
        await migration.up(trx);
        await trx('knex_migrations').insert({ name, batch, migration_time: trx.raw('CURRENT_TIMESTAMP') });
      });
      log.info({ event: 'migration.applied', migration: name }, 'migration applied');
    }
    return pending;
  });
};

/** Every migration that this release or the database knows, oldest first; changes nothing. */
export const migrationStatus = async (db: Knex, options: MigrationOptions = {}): Promise<MigrationState[]> => {
  const names = await (options.source ?? new MigrationSource()).getMigrations();
  const exists = (await db.raw<{ rows: unknown[] }>(hasTable)).rows.length > 0;
  const rows = exists ? (await db.raw<{ rows: AppliedRow[] }>(selectApplied)).rows : [];
  const appliedAt = new Map(rows.map((row) => [row.name, row.appliedAt]));
  return [...new Set([...names, ...appliedAt.keys()])]
    .sort()
    .map((name) => ({ name, appliedAt: appliedAt.get(name) ?? null, isKnown: names.includes(name) }));
};

/** The migrations that this release needs and the database does not have, oldest first; changes nothing. */
export const pendingMigrations = async (db: Knex, options: MigrationOptions = {}): Promise<string[]> =>
  (await migrationStatus(db, options)).filter(({ appliedAt }) => appliedAt === null).map(({ name }) => name);
