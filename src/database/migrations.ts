import type { Knex } from 'knex';
import type { Logger } from '../observability/logger.js';
import { withMigrationLock } from './migration-lock.js';
import { MigrationSource } from './migration-source.js';
import type { KnexConnection } from './knex-connection.js';

/** Options of a migration run. */
export interface MigrationOptions {
  /** Where migrations are read from; `migrations/` by default. */
  readonly source?: MigrationSource;
  /** How long to wait for another run, in milliseconds; one minute by default. */
  readonly lockWaitMs?: number;
}

/** A migration and when it was applied; null if it has not been. */
export interface MigrationState {
  readonly name: string;
  readonly appliedAt: Date | null;
  /** False for a migration of a newer release. */
  readonly isKnown: boolean;
}

interface AppliedRow {
  readonly name: string;
  readonly batch: number;
  readonly appliedAt: Date;
}

/** The table of knex's command line. Its lock table is not used, since SIGKILL would leave it locked. */
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

const applied = async ({ connection }: KnexConnection): Promise<AppliedRow[]> => {
  const { rows } = await connection.query<{ schema: string | null }>('SELECT current_schema() AS schema');
  if (typeof rows[0]?.schema !== 'string') {
    throw new Error('The schema in search_path does not exist; create it first.');
  }
  await connection.query(createTable);
  return (await connection.query<AppliedRow>(selectApplied)).rows;
};

/** The applied migrations, oldest first; creates no table. */
export const appliedMigrations = async ({ connection }: KnexConnection): Promise<AppliedRow[]> =>
  (await connection.query(hasTable)).rows.length === 0 ? [] : (await connection.query<AppliedRow>(selectApplied)).rows;

/** A migration run failed or is not possible. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** Runs a migration and records it in one transaction. */
export const runMigration = async (
  db: Knex,
  connection: KnexConnection,
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
 * Applies all pending migrations as one batch, each in a separate transaction. Instances that start at the same time wait for
 * each other, and all but the first find nothing to do.
 * @returns the names of the applied migrations
 * @throws {MigrationLockError} if another run holds the lock for too long; {MigrationError} if a migration fails
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

/** All migrations of this release and of the database, oldest first; changes nothing. */
export const migrationStatus = async (db: Knex, options: MigrationOptions = {}): Promise<MigrationState[]> => {
  const names = await (options.source ?? new MigrationSource()).getMigrations();
  const exists = (await db.raw<{ rows: unknown[] }>(hasTable)).rows.length > 0;
  const rows = exists ? (await db.raw<{ rows: AppliedRow[] }>(selectApplied)).rows : [];
  const appliedAt = new Map(rows.map((row) => [row.name, row.appliedAt]));
  return [...new Set([...names, ...appliedAt.keys()])]
    .sort()
    .map((name) => ({ name, appliedAt: appliedAt.get(name) ?? null, isKnown: names.includes(name) }));
};

/** The migrations that have not been applied, oldest first; changes nothing. */
export const pendingMigrations = async (db: Knex, options: MigrationOptions = {}): Promise<string[]> =>
  (await migrationStatus(db, options)).filter(({ appliedAt }) => appliedAt === null).map(({ name }) => name);
