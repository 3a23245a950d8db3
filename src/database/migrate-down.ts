import type { Knex } from 'knex';
import type { Logger } from '../observability/logger.js';
import { withMigrationLock } from './migration-lock.js';
import { appliedMigrations, MigrationError, runMigration, type MigrationOptions } from './migrations.js';
import { MigrationSource, type Migration } from './migration-source.js';
import type { KnexConnection } from './knex-connection.js';

/** Data that a migration drops, with the number of rows (for a column: rows with a value). */
export interface DataLoss {
  readonly kind: 'table' | 'column' | 'rows';
  /** The table, or `table.column`. */
  readonly name: string;
  readonly rows: number;
}

/** A migration that would be reverted, and the data it would destroy. */
export interface DownStep {
  readonly name: string;
  readonly losses: readonly DataLoss[];
}

/** Whether reverting the steps destroys data. */
export const destroysData = (steps: readonly DownStep[]): boolean =>
  steps.some(({ losses }) => losses.some(({ rows }) => rows > 0));

/** Tables (without partitions) and columns of the schema. */
const selectColumns = `
  SELECT c.relname AS table, a.attname AS column FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     AND c.relname <> 'knex_migrations'`;

/** Rows that the running transaction has deleted, by table. */
const selectDeleted = `
  SELECT relname AS table, n_tup_del::float8 AS rows FROM pg_catalog.pg_stat_xact_user_tables
   WHERE schemaname = current_schema() AND n_tup_del > 0 AND relname <> 'knex_migrations'`;

type Columns = ReadonlyMap<string, ReadonlySet<string>>;

const columnsOf = async (trx: Knex.Transaction): Promise<Columns> => {
  const { rows } = await trx.raw<{ rows: { table: string; column: string }[] }>(selectColumns);
  const tables = new Map<string, Set<string>>();
  for (const { table, column } of rows) tables.set(table, (tables.get(table) ?? new Set()).add(column));
  return tables;
};

const deletedBy = async (trx: Knex.Transaction): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await trx.raw<{ rows: { table: string; rows: number }[] }>(selectDeleted);
  return new Map(rows.map((row) => [row.table, row.rows]));
};

const count = async (trx: Knex.Transaction, table: string, column?: string): Promise<number> => {
  const { rows } = await trx.raw<{ rows: { rows: number }[] }>(
    `SELECT count(${column === undefined ? '*' : '??'})::float8 AS rows FROM ??`,
    column === undefined ? [table] : [column, table],
  );
  return rows[0]?.rows ?? 0;
};

/** Reverts the migration up to a savepoint, and counts what it would destroy. */
const lossesOf = async (trx: Knex.Transaction, migration: Migration): Promise<DataLoss[]> => {
  const before = await columnsOf(trx);
  const deletedBefore = await deletedBy(trx);
  await trx.raw('SAVEPOINT before_down');
  await migration.down(trx);
  const after = await columnsOf(trx);
  const deleted = await deletedBy(trx);
  await trx.raw('ROLLBACK TO SAVEPOINT before_down');
  const losses: DataLoss[] = [];
  for (const [table, columns] of before) {
    const left = after.get(table);
    if (left === undefined) losses.push({ kind: 'table', name: table, rows: await count(trx, table) });
    else {
      for (const column of columns) {
        if (left.has(column)) continue;
        losses.push({ kind: 'column', name: `${table}.${column}`, rows: await count(trx, table, column) });
      }
      const rows = (deleted.get(table) ?? 0) - (deletedBefore.get(table) ?? 0);
      if (rows > 0) losses.push({ kind: 'rows', name: table, rows });
    }
  }
  return losses;
};

/** Rolls back a transaction on purpose. */
class RollbackSignal extends Error {}

/** The latest applied migrations, newest first. */
const newest = async (connection: KnexConnection, source: MigrationSource, steps: number): Promise<string[]> => {
  const names = (await appliedMigrations(connection)).map(({ name }) => name).reverse();
  const last = names.slice(0, steps);
  const known = new Set(await source.getMigrations());
  const missing = last.filter((name) => !known.has(name));
  if (missing.length === 0) return last;
  throw new MigrationError(
    `cannot revert ${missing.join(', ')}: it was applied by a newer release; revert it with that release`,
  );
};

/**
 * Determines what reverting the latest migrations would destroy, by reverting them in a transaction that is rolled back.
 * @param steps number of migrations
 * @throws {MigrationLockError} when another run holds the lock for too long; {MigrationError} for an unknown migration
 */
export const planDown = async (
  db: Knex,
  log: Logger,
  steps: number,
  options: MigrationOptions = {},
): Promise<DownStep[]> => {
  const source = options.source ?? new MigrationSource();
  return withMigrationLock(db, log, options.lockWaitMs ?? 60_000, async (connection) => {
    const plan: DownStep[] = [];
    const names = await newest(connection, source, steps);
    const work = async (trx: Knex.Transaction): Promise<void> => {
      for (const name of names) {
        const migration = await source.getMigration(name);
        plan.push({ name, losses: await lossesOf(trx, migration) });
        await migration.down(trx);
      }
      throw new RollbackSignal();
    };
    await db.transaction(work, { connection }).catch((error: unknown) => {
      if (!(error instanceof RollbackSignal)) throw error;
    });
    return plan;
  });
};

/**
 * Reverts migrations, newest first, each in a separate transaction.
 * @param names the migrations to revert, as returned by `planDown`
 * @param check called under the lock, before anything is reverted; may throw
 * @throws {MigrationLockError} when another run holds the lock for too long; {MigrationError} when one fails, is unknown, or the
 * list of applied migrations has changed since `planDown`
 */
export const revertMigrations = async (
  db: Knex,
  log: Logger,
  names: readonly string[],
  options: MigrationOptions & { readonly check?: () => Promise<void> } = {},
): Promise<void> => {
  const source = options.source ?? new MigrationSource();
  await withMigrationLock(db, log, options.lockWaitMs ?? 60_000, async (connection) => {
    await options.check?.();
    const last = await newest(connection, source, names.length);
    if (last.join() !== names.join()) {
      throw new MigrationError('Migrations were applied or reverted at the same time; try again.');
    }
    for (const name of names) {
      const migration = await source.getMigration(name);
      await runMigration(db, connection, name, async (trx) => {
        await migration.down(trx);
        await trx('knex_migrations').where({ name }).delete();
      });
      log.info({ event: 'migration.reverted', migration: name }, 'migration reverted');
    }
  });
};
