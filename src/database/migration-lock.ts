import type { Knex } from 'knex';
import type { Logger } from '../observability/logger.js';
import { clientOf, type KnexConnection } from './knex-connection.js';
import { closeConnection, markDisposed, type PgConnection } from './query.js';
import { isServerError } from './errors.js';

/** Another instance has held the migration lock for too long. */
export class MigrationLockError extends Error {
  override readonly name = 'MigrationLockError';
}

/** The key of the advisory lock. Advisory locks are per database, so the key contains the schema. */
const key = `hashtextextended('rollcall migrations in ' || coalesce(current_schema(), ''), 0)`;

/** The wait is logged at this interval. */
const logEveryMs = 5_000;

/** lock_not_available, after lock_timeout. */
const lockTimedOut = '55P03';

/** The backend that holds the lock, for the error message. */
const holderOf = async (connection: PgConnection): Promise<string> => {
  const { rows } = await connection.query<{ pid: number }>(
    `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND (classid::bigint << 32 | objid::bigint) = ${key}`,
  );
  return rows[0] === undefined ? 'nobody any more' : `backend ${String(rows[0].pid)}`;
};

const tryLock = async (connection: PgConnection, waitMs: number): Promise<boolean> => {
  await connection.query(`SET lock_timeout = ${String(waitMs)}`);
  try {
    await connection.query(`SELECT pg_advisory_lock(${key})`);
    return true;
  } catch (error) {
    if (isServerError(error) && error.code === lockTimedOut) return false;
    throw error;
  }
};

const acquire = async (connection: PgConnection, log: Logger, waitMs: number): Promise<void> => {
  const { rows } = await connection.query<{ free: boolean }>(`SELECT pg_try_advisory_lock(${key}) AS free`);
  if (rows[0]?.free === true) return;
  let leftMs = waitMs;
  while (leftMs > 0) {
    log.info(
      { event: 'migration.waiting_for_lock', holder: await holderOf(connection), left_ms: leftMs },
      'waiting for the migration lock',
    );
    const stepMs = Math.min(leftMs, logEveryMs);
    if (await tryLock(connection, stepMs)) return;
    leftMs -= stepMs;
  }
  const holder = await holderOf(connection);
  throw new MigrationLockError(
    `Another instance has held the migration lock for more than ${String(Math.round(waitMs / 1000))} s (${holder}). ` +
      'Start again when it has finished; if it hangs, end it with pg_terminate_backend.',
  );
};

/**
 * Runs work on a connection outside of the pool, under a session-level advisory lock. The end of the session releases the
 * lock, even after SIGKILL.
 * @param waitMs how long to wait for the lock
 * @throws {MigrationLockError} when another run holds the lock for longer
 */
export const withMigrationLock = async <T>(
  db: Knex,
  log: Logger,
  waitMs: number,
  work: (connection: KnexConnection) => Promise<T>,
): Promise<T> => {
  const knexConnection = await clientOf(db).acquireRawConnection();
  const { connection } = knexConnection;
  connection.unlimited = true;
  try {
    await connection.query('SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0');
    // Lets the server detect a killed client during a statement. Not supported on every platform.
    await connection.query(`SET client_connection_check_interval = '1s'`).catch((error: unknown) => {
      log.debug(
        { event: 'migration.client_check_unsupported', err: error },
        'the server does not support client_connection_check_interval',
      );
    });
    await acquire(connection, log, waitMs);
    await connection.query('SET lock_timeout = 0');
    return await work(knexConnection);
  } finally {
    markDisposed(connection, 'the migration run ended');
    await closeConnection(connection).catch((error: unknown) => {
      log.debug({ event: 'migration.connection_not_closed', err: error }, 'could not close the migration connection');
    });
  }
};
