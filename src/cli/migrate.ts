import { MigrationLockError } from '../database/migration-lock.js';
import { MigrationError, migrateUp as applyPending, migrationStatus } from '../database/migrations.js';
import { exitCodes, StartError, type Host } from '../server/host.js';
import { withBareDatabase } from './with-database.js';

/** Turns a failed run into a one-line error for the operator; other errors are returned unchanged. */
export const migrationFailure = (error: unknown): unknown => {
  if (error instanceof MigrationLockError) return new StartError(error.message);
  if (!(error instanceof MigrationError)) return error;
  return new StartError(error.cause instanceof Error ? `${error.message} ${error.cause.message}` : error.message);
};

/**
 * `rollcall migrate up`: applies every migration that is pending, one name a line.
 * @throws {StartError} when one fails, or another run does not end
 */
export const migrateUp = (host: Host): Promise<number> =>
  withBareDatabase(
    host,
    async ({ log }, { db }) => {
      const names = await applyPending(db.knex, log).catch((error: unknown) => {
        throw migrationFailure(error);
      });
      host.stdout.write(names.length === 0 ? 'nothing to do\n' : names.map((name) => `up\t${name}\n`).join(''));
      return exitCodes.ok;
    },
    'optional',
  );

/** `rollcall migrate status [--check]`: the migrations; with `--check`, exit 3 when one is pending. */
export const migrateStatus = (host: Host, { check = false }: { readonly check?: boolean }): Promise<number> =>
  withBareDatabase(
    host,
    async (_foundation, { db }) => {
      const states = await migrationStatus(db.knex);
      for (const { name, appliedAt } of states) {
        host.stdout.write(`${appliedAt === null ? 'pending' : appliedAt.toISOString()}\t${name}\n`);
      }
      const isPending = states.some(({ appliedAt }) => appliedAt === null);
      return check && isPending ? exitCodes.differs : exitCodes.ok;
    },
    'optional',
  );
