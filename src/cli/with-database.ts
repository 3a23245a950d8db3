import { isServerError } from '../database/errors.js';
import { classifyDatabaseError } from '../database/classify-error.js';
import { pendingMigrations } from '../database/migrations.js';
import { openDatabase, type DatabaseSource } from '../server/database-source.js';
import { layFoundation, type Foundation } from '../server/foundation.js';
import { StartError, type Host } from '../server/host.js';
import { waitForDatabase } from '../server/wait-for-database.js';
import { commandLog } from './log.js';

/** How long a command waits for an absent server, in milliseconds. */
const patienceMs = 10_000;

/** undefined_table and undefined_column (PostgreSQL documentation, appendix A): the schema is not that of this release. */
const missingSchema: ReadonlySet<string> = new Set(['42P01', '42703']);

/** Whether the server refused a statement because the database is not migrated as far as this release needs it. */
export const isMissingSchema = (error: unknown): boolean => {
  const native = error instanceof Error && 'nativeError' in error ? error.nativeError : error;
  return isServerError(native) && missingSchema.has(native.code);
};

type Work<T> = (foundation: Foundation, source: DatabaseSource) => Promise<T>;

/**
 * Runs a command on the database of the configuration, in whatever state its schema is, and closes it again.
 * @param secrets `optional` for a command that uses none
 * @throws {StartError} when the configuration is bad or no server answers
 */
export const withBareDatabase = async <T>(host: Host, work: Work<T>, secrets?: 'optional'): Promise<T> => {
  const foundation = layFoundation(host, commandLog(host), secrets);
  const source = await openDatabase(foundation, host);
  try {
    const onWaiting = (): void => {
      host.stderr.write(`waiting for the database: ${source.description}\n`);
    };
    if ((await waitForDatabase(source, { onWaiting, signal: AbortSignal.timeout(patienceMs) })) === null) {
      throw new StartError(`cannot connect to the database ${source.description}: no answer`, undefined, {
        code: 'database_unavailable',
      });
    }
    return await work(foundation, source);
  } catch (error) {
    if (classifyDatabaseError(error) !== 'read_only') throw error;
    throw new StartError(`the database is read-only, perhaps a standby: ${source.description}`, undefined, {
      code: 'database_read_only',
    });
  } finally {
    await source.close();
    await foundation.config.close();
  }
};

/** What a command needs besides the database. */
export interface Needs {
  /** Whether the pepper or the encryption key is used: then they must be set in production. */
  readonly secrets?: boolean;
}

/**
 * Runs a command on the database of the configuration, which must have every migration of this release, and closes it again.
 * Only `serve` and `migrate up` migrate: a command of a newer release must not migrate the database of an older service.
 * @throws {StartError} when the configuration is invalid, no server answers, or the database is not migrated
 */
export const withDatabase = <T>(host: Host, work: Work<T>, { secrets = false }: Needs = {}): Promise<T> =>
  withBareDatabase(
    host,
    async (foundation, source) => {
      if ((await pendingMigrations(source.db.knex)).length > 0) {
        throw new StartError('the database schema is out of date; run `rollcall migrate up`', undefined, {
          code: 'migrations_pending',
        });
      }
      return work(foundation, source);
    },
    secrets ? undefined : 'optional',
  );
