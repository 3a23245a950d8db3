import { setTimeout as pause } from 'node:timers/promises';
import { classifyDatabaseError, connectionRejection } from '../../database/classify-error.js';
import { pendingMigrations } from '../../database/migrations.js';
import type { SessionFacts } from '../../database/session-check.js';
import { DatabaseUrlError } from '../../database/url.js';
import type { Logger } from '../../observability/logger.js';
import type { StartupReason } from '../../services.js';
import type { DatabaseHandle } from './open-database.js';
import type { CoreServices } from './bootstrap.js';
import { CommandError } from '../process/environment.js';

/** Wait between two attempts to use the database, in milliseconds. */
const retryMs: Readonly<Record<StartupReason, number>> = {
  database_unhealthy: 250,
  database_read_only: 500,
  migrations_pending: 500,
};

/** Options for `waitForDatabase`. */
export interface WaitOptions {
  /** Called when the reason for waiting changes. */
  readonly onWaiting: (reason: StartupReason) => void;
  /** Stops waiting when aborted. */
  readonly signal: AbortSignal;
  /** Whether the database must accept writes. */
  readonly needsWrites?: boolean;
  /** Whether all migrations of this release must have been applied. */
  readonly needsSchema?: boolean;
}

/** Facts about a usable session, or the reason why the database cannot be used yet. */
const inspect = async (database: DatabaseHandle, options: WaitOptions): Promise<SessionFacts | StartupReason> => {
  try {
    const facts = await database.db.inspect();
    if (options.needsWrites === true && facts.isReadOnly) return 'database_read_only';
    const isPending = options.needsSchema === true && (await pendingMigrations(database.db.knex)).length > 0;
    return isPending ? 'migrations_pending' : facts;
  } catch (error) {
    const rejection = connectionRejection(error);
    if (rejection !== null) {
      const message = `cannot connect to the database ${database.description}: ${rejection}`;
      throw new CommandError(message, undefined, { code: 'database_rejected' });
    }
    if (error instanceof DatabaseUrlError) throw new CommandError(error.message);
    if (classifyDatabaseError(error) !== null) return 'database_unhealthy';
    throw error;
  }
};

/**
 * Waits until the database can be used.
 * @returns facts about a session; null if the signal was aborted
 * @throws {CommandError} for an error that waiting cannot fix: a wrong password, a missing database, a pooler in transaction
 * mode
 */
export const waitForDatabase = async (database: DatabaseHandle, options: WaitOptions): Promise<SessionFacts | null> => {
  let reason: StartupReason | undefined;
  while (!options.signal.aborted) {
    const found = await inspect(database, options);
    if (typeof found === 'object') return found;
    if (found !== reason) options.onWaiting(found);
    reason = found;
    await pause(retryMs[found], undefined, { signal: options.signal }).catch(() => undefined);
  }
  return null;
};

const waitingTexts: Readonly<Record<StartupReason, string>> = {
  database_unhealthy: 'cannot connect to the database; serving health checks only, retrying',
  database_read_only: 'database is read-only (a standby?); serving health checks only, retrying',
  migrations_pending: 'database schema is out of date; run `rollcall migrate up`',
};

/** Logs why startup is waiting. */
export const logWaiting = (log: Logger, database: DatabaseHandle, reason: StartupReason): void => {
  log.warn({ event: 'database.waiting', database: database.description, reason }, waitingTexts[reason]);
};

/** Logs a warning about an unencrypted connection or a connection pooler that drops settings. */
export const logSession = ({ log, nodeEnv }: CoreServices, database: DatabaseHandle, facts: SessionFacts): void => {
  if (facts.isExposed && nodeEnv === 'production') {
    log.warn(
      { event: 'database.unencrypted', database: database.description },
      'database connection is not encrypted; set sslmode=verify-full, or at least require',
    );
  }
  if (facts.lostSettings.length > 0) {
    const fields = { database: database.description, settings: facts.lostSettings };
    log.warn(
      { event: 'database.pooler_drops_options', ...fields },
      'connection pooler ignores startup options; setting them after connecting',
    );
  }
};
