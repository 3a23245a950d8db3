import { isServerError } from '../database/errors.js';
import { classifyDatabaseError } from '../database/classify-error.js';
import { pendingMigrations } from '../database/migrations.js';
import { openDatabase, type DatabaseHandle } from '../server/startup/open-database.js';
import { bootstrap, type CoreServices } from '../server/startup/bootstrap.js';
import { CommandError, type ProcessEnvironment } from '../server/process/environment.js';
import { waitForDatabase } from '../server/startup/wait-for-database.js';
import { commandLog } from './log.js';

/** How long a command waits for an unavailable database, in milliseconds. */
const patienceMs = 10_000;

/**
 * undefined_table and undefined_column (PostgreSQL documentation, appendix A): the schema does not match this release.
 */
const missingSchema: ReadonlySet<string> = new Set(['42P01', '42703']);

/** Whether a statement failed because migrations of this release are missing. */
export const isMissingSchema = (error: unknown): boolean => {
  const native = error instanceof Error && 'nativeError' in error ? error.nativeError : error;
  return isServerError(native) && missingSchema.has(native.code);
};

type Work<T> = (core: CoreServices, database: DatabaseHandle) => Promise<T>;

/**
 * Runs a command with the configured database, whatever the state of its schema.
 * @param secrets `optional` for a command that uses none
 * @throws {CommandError} if the configuration is invalid or the database is unavailable
 */
export const withBareDatabase = async <T>(
  environment: ProcessEnvironment,
  work: Work<T>,
  secrets?: 'optional',
): Promise<T> => {
  const core = bootstrap(environment, commandLog(environment), secrets);
  const database = await openDatabase(core, environment);
  try {
    const onWaiting = (): void => {
      environment.stderr.write(`waiting for the database: ${database.description}\n`);
    };
    if ((await waitForDatabase(database, { onWaiting, signal: AbortSignal.timeout(patienceMs) })) === null) {
      throw new CommandError(`cannot connect to the database ${database.description}: no response`, undefined, {
        code: 'database_unavailable',
      });
    }
    return await work(core, database);
  } catch (error) {
    if (classifyDatabaseError(error) !== 'read_only') throw error;
    throw new CommandError(`the database is read-only, perhaps a standby: ${database.description}`, undefined, {
      code: 'database_read_only',
    });
  } finally {
    await database.close();
    await core.config.close();
  }
};

/** What a command requires in addition to the database. */
export interface Needs {
  /** Whether the pepper or the encryption key is used; then both must be set in production. */
  readonly secrets?: boolean;
}

/**
 * Runs a command with the configured database, which must have all migrations of this release. Only `serve` and
 * `migrate up` migrate: a command of a newer release must not migrate the database of an older service.
 * @throws {CommandError} if the configuration is invalid, the database is unavailable, or migrations are missing
 */
export const withDatabase = <T>(
  environment: ProcessEnvironment,
  work: Work<T>,
  { secrets = false }: Needs = {},
): Promise<T> =>
  withBareDatabase(
    environment,
    async (core, database) => {
      if ((await pendingMigrations(database.db.knex)).length > 0) {
        // The service may have a DATABASE_URL that is not set in this shell.
        const which = database.isEmbedded ? ` of the ${database.description}` : '';
        const cure = database.isEmbedded ? ', or set DATABASE_URL if the service uses another database' : '';
        const message = `the database schema${which} is out of date; run \`rollcall migrate up\`${cure}`;
        throw new CommandError(message, undefined, { code: 'migrations_pending' });
      }
      return work(core, database);
    },
    secrets ? undefined : 'optional',
  );
