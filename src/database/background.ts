import { markDisposed, closeConnection, type PgConnection } from './query.js';
import type { Database, Transaction } from './database.js';

/** How long a statement of background work may take, in milliseconds, whatever `database.statementTimeout` says. */
const statementMs = 2000;

interface RawClient {
  acquireRawConnection(): Promise<PgConnection>;
}

/** A connection outside of the pool, for work that request timeouts must not limit and that must not use up the pool. */
export interface BackgroundConnection {
  /** Runs work in a transaction; each statement may take two seconds. */
  transaction<T>(work: (trx: Transaction) => Promise<T>): Promise<T>;
}

/**
 * Opens a background connection, and closes it when the work has ended.
 * @throws a fault of the database when it cannot be opened
 */
export const withBackgroundConnection = async <T>(
  { knex }: Database,
  work: (connection: BackgroundConnection) => Promise<T>,
): Promise<T> => {
  const connection = await (knex.client as RawClient).acquireRawConnection();
  connection.statementTimeoutMs = statementMs;
  const transaction = <R>(inTransaction: (trx: Transaction) => Promise<R>): Promise<R> =>
    knex.transaction(
      async (trx) => {
        await trx.raw(`SET LOCAL statement_timeout = ${String(statementMs)}`);
        return inTransaction(trx);
      },
      { connection },
    );
  try {
    return await work({ transaction });
  } finally {
    markDisposed(connection, 'the background work ended');
    // A connection that the server has ended already closes with an error, which says nothing new.
    await closeConnection(connection).catch(() => undefined);
  }
};
