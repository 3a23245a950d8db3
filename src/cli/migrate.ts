import { MigrationLockError } from '../database/migration-lock.js';
import {
  MigrationError,
  migrateUp as applyPending,
  migrationStatus,
  type MigrationState,
} from '../database/migrations.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../server/process/environment.js';
import { writeData, type OutputOptions } from './output.js';
import { table } from './terminal.js';
import { withBareDatabase } from './with-database.js';

/** Turns a failed run into a one-line error for the operator; other errors are returned unchanged. */
export const migrationFailure = (error: unknown): unknown => {
  if (error instanceof MigrationLockError) {
    return new CommandError(error.message, undefined, { code: 'migration_lock' });
  }
  if (!(error instanceof MigrationError)) return error;
  const message = error.cause instanceof Error ? `${error.message} ${error.cause.message}` : error.message;
  return new CommandError(message, undefined, { code: 'migration_failed' });
};

/**
 * `rollcall migrate up`: applies every pending migration, and prints their names, one per line.
 * @throws {CommandError} if one fails, or another run does not end in time
 */
export const migrateUp = (environment: ProcessEnvironment, { json = false }: OutputOptions): Promise<number> =>
  withBareDatabase(
    environment,
    async ({ log }, { db }) => {
      const names = await applyPending(db.knex, log).catch((error: unknown) => {
        throw migrationFailure(error);
      });
      if (json) writeData(environment, { applied: names });
      else if (names.length === 0) environment.stdout.write('database is up to date\n');
      else environment.stdout.write(names.map((name) => `up\t${name}\n`).join(''));
      return exitCodes.ok;
    },
    'optional',
  );

/** Options of `rollcall migrate status`. */
export interface StatusOptions extends OutputOptions {
  /** Whether to exit with code 3 if a migration is pending. */
  readonly check?: boolean;
}

const stateOf = ({ appliedAt, isKnown }: MigrationState): string =>
  appliedAt === null ? 'pending' : isKnown ? 'applied' : 'unknown';

/**
 * `rollcall migrate status [--check]`: lists the migrations, oldest first; with `--check`, exit 3 if one is pending. A
 * migration that a newer release has applied is `unknown`.
 */
export const migrateStatus = (
  environment: ProcessEnvironment,
  { check = false, json = false }: StatusOptions,
): Promise<number> =>
  withBareDatabase(
    environment,
    async (_core, { db }) => {
      const rows = (await migrationStatus(db.knex)).map((migration) => ({
        name: migration.name,
        state: stateOf(migration),
        applied_at: migration.appliedAt?.toISOString() ?? null,
      }));
      if (json) writeData(environment, rows);
      else {
        const cells = rows.map((row) => [row.state, row.applied_at ?? '-', row.name]);
        environment.stdout.write(table(environment, ['STATE', 'APPLIED', 'MIGRATION'], cells).text);
      }
      const has = (state: string): boolean => rows.some((row) => row.state === state);
      if (has('unknown')) {
        environment.stderr.write('the database was migrated by a newer release (migrations marked "unknown")\n');
      }
      return check && has('pending') ? exitCodes.differs : exitCodes.ok;
    },
    'optional',
  );
