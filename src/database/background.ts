import { clientOf } from './knex-connection.js';
import { closeConnection, markDisposed } from './query.js';
import type { Database, Transaction } from './database.js';

/** Statement timeout of background work, in milliseconds; `database.statementTimeout` does not apply. */
const statementMs = 2000;

/** A connection outside of the pool, for work that is independent of request timeouts and must not exhaust the pool. */
export interface BackgroundConnection {
  /** Runs work in a transaction; each statement has a timeout of two seconds. */
  transaction<T>(work: (trx: Transaction) => Promise<T>): Promise<T>;
}

/**
 * Opens a background connection and closes it after the work.
 * @throws a database error when it cannot be opened
 */
export const withBackgroundConnection = async <T>(
  { knex }: Database,
  work: (connection: BackgroundConnection) => Promise<T>,
): Promise<T> => {
  const knexConnection = await clientOf(knex).acquireRawConnection();
  const { connection } = knexConnection;
  connection.statementTimeoutMs = statementMs;
  const transaction = <R>(inTransaction: (trx: Transaction) => Promise<R>): Promise<R> =>
    knex.transaction(
      async (trx) => {
        await trx.raw(`SET LOCAL statement_timeout = ${String(statementMs)}`);
        return inTransaction(trx);
      },
      { connection: knexConnection },
    );
  try {
    return await work({ transaction });
  } finally {
    markDisposed(connection, 'the background work ended');
    // Fails if the server has already closed the connection.
    await closeConnection(connection).catch(() => undefined);
  }
};
