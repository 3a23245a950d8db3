import { setTimeout as pause } from 'node:timers/promises';
import { classifyDatabaseError, connectionRejection } from '../database/classify-error.js';
import { pendingMigrations } from '../database/migrations.js';
import type { SessionFacts } from '../database/session-check.js';
import { DatabaseUrlError } from '../database/url.js';
import type { Logger } from '../observability/logger.js';
import type { StartupReason } from '../services.js';
import type { DatabaseSource } from './database-source.js';
import type { Foundation } from './foundation.js';
import { StartError } from './host.js';

/** How often a database that is not usable yet is asked again, in milliseconds. */
const retryMs: Readonly<Record<StartupReason, number>> = {
  database_unhealthy: 250,
  database_read_only: 500,
  migrations_pending: 500,
};

/** Options for `waitForDatabase`. */
export interface WaitOptions {
  /** Called each time that the reason for waiting changes. */
  readonly onWaiting: (reason: StartupReason) => void;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Whether the database must take writes. */
  readonly needsWrites?: boolean;
  /** Whether every migration of this release must have been applied. */
  readonly needsSchema?: boolean;
}

/** The facts of a session that can be worked with, or why there is none yet. */
const look = async (source: DatabaseSource, options: WaitOptions): Promise<SessionFacts | StartupReason> => {
  try {
    const facts = await source.db.inspect();
    if (options.needsWrites === true && facts.isReadOnly) return 'database_read_only';
    const isPending = options.needsSchema === true && (await pendingMigrations(source.db.knex)).length > 0;
    return isPending ? 'migrations_pending' : facts;
  } catch (error) {
    const refusal = connectionRejection(error);
    if (refusal !== null) {
      const message = `cannot connect to the database ${source.description}: ${refusal}`;
      throw new StartError(message, undefined, { code: 'database_rejected' });
    }
    if (error instanceof DatabaseUrlError) throw new StartError(error.message);
    if (classifyDatabaseError(error) !== null) return 'database_unhealthy';
    throw error;
  }
};

/**
 * Waits until the database can be used.
 * @returns what a session says about itself; null when the waiting was ended
 * @throws {StartError} for what waiting does not cure: a wrong password, no such database, a pooler in transaction mode
 */
export const waitForDatabase = async (source: DatabaseSource, options: WaitOptions): Promise<SessionFacts | null> => {
  let reason: StartupReason | undefined;
  while (!options.signal.aborted) {
    const found = await look(source, options);
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

/** Logs what a start waits for. */
export const logWaiting = (log: Logger, source: DatabaseSource, reason: StartupReason): void => {
  log.warn({ event: 'database.waiting', database: source.description, reason }, waitingTexts[reason]);
};

/** Warns of a connection that works but should be set up better. */
export const logSession = ({ log, nodeEnv }: Foundation, source: DatabaseSource, facts: SessionFacts): void => {
  const database = source.description;
  if (facts.isExposed && nodeEnv === 'production') {
    log.warn(
      { event: 'database.unencrypted', database },
      'database connection is not encrypted; set sslmode=verify-full, or at least require',
    );
  }
  if (facts.lostSettings.length > 0) {
    const lost = { database, settings: facts.lostSettings };
    log.warn(
      { event: 'database.pooler_drops_options', ...lost },
      'connection pooler ignores startup options; setting them after connecting',
    );
  }
};
