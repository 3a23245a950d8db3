import type { Knex } from 'knex';
import type { Logger } from '../observability/logger.js';
import { markDisposed, closeConnection, type PgConnection } from './query.js';
import { isServerError } from './errors.js';

/** Nobody got the lock in time: another instance migrates, or hangs while it does. */
export class MigrationLockError extends Error {
  override readonly name = 'MigrationLockError';
}

/** The key of the advisory lock. Advisory locks belong to a database; the schema keeps apart what shares one. */
const key = `hashtextextended('rollcall migrations in ' || coalesce(current_schema(), ''), 0)`;

/** How long one try waits before the wait is logged again. */
const logEveryMs = 5_000;

/** lock_not_available: the answer to a lock_timeout. */
const lockTimedOut = '55P03';

interface RawClient {
  acquireRawConnection(): Promise<PgConnection>;
}

/** The process of the server that holds the lock, for the message to the operator. */
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
 * Runs work on a connection of its own, outside of the pool, under an advisory lock of the session: whatever ends the
 * session, SIGKILL included, frees the lock.
 * @param waitMs how long another run is waited for
 * @throws {MigrationLockError} when the other run did not end in time
 */
export const withMigrationLock = async <T>(
  db: Knex,
  log: Logger,
  waitMs: number,
  work: (connection: PgConnection) => Promise<T>,
): Promise<T> => {
  const connection = await (db.client as RawClient).acquireRawConnection();
  connection.unlimited = true;
  try {
    await connection.query('SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0');
    // Lets the server notice within a second that we were killed in the middle of a statement. Not on every platform.
    await connection.query(`SET client_connection_check_interval = '1s'`).catch((error: unknown) => {
      log.debug(
        { event: 'migration.client_check_unsupported', err: error },
        'the server does not support client_connection_check_interval',
      );
    });
    await acquire(connection, log, waitMs);
    await connection.query('SET lock_timeout = 0');
    return await work(connection);
  } finally {
    markDisposed(connection, 'the migration run ended');
    await closeConnection(connection).catch((error: unknown) => {
      log.debug({ event: 'migration.connection_not_closed', err: error }, 'could not close the migration connection');
    });
  }
};
