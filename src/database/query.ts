import type pg from 'pg';
import type { Logger } from '../observability/logger.js';
import type { ChildSpanOptions } from '../observability/tracing/request-span.js';
import type { Tracing } from '../observability/tracing/tracing.js';
import { DatabaseConnectionError, isServerError, QueryTimeoutError, TransactionAbortedError } from './errors.js';

/** A pg client with the state of its connection. */
export interface PgConnection extends pg.Client {
  /** Why the pool must discard the connection; absent while it is usable. */
  disposed?: unknown;
  /** Set for migrations, whose statements have no timeout. */
  unlimited?: boolean;
  /** Set for background work: overrides the statement timeout. */
  statementTimeoutMs?: number;
}

/** A statement with `$1` placeholders; a name makes it a prepared statement. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly name?: string;
}

/** A prepared statement with `$1` placeholders; each text needs its own name. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/** Metrics of statements. */
export interface QueryMetrics {
  ended(durationMs: number): void;
  slow(): void;
  failed(text: string): void;
}

/** Settings and observers of the statements of a connection. */
export interface QueryContext {
  /** The statement timeout of the server, in milliseconds; 0 means none. */
  statementTimeoutMs: number;
  /** Slower queries are logged, in milliseconds. */
  slowQueryMs: number;
  readonly log: Logger;
  readonly tracing?: Tracing | undefined;
  /** Absent if statements are not measured. */
  readonly meter?: QueryMetrics;
  /** Called when the server rejects a statement because the session is read-only (25006). */
  readonly onReadOnly: () => void;
}

/** Added to the statement timeout of the server, whose error arrives first if the network works. */
const timeoutMarginMs = 250;

/** Makes the pool discard the connection. */
export const markDisposed = (connection: PgConnection, reason: unknown): void => {
  connection.disposed ??= reason;
};

/** Closes the socket immediately; a running query fails. */
export const destroyConnection = (connection: PgConnection, reason: unknown): void => {
  markDisposed(connection, reason);
  connection.connection.stream.destroy();
};

/** Closes the connection cleanly, or the socket if the server does not respond within a second. */
export const closeConnection = async (connection: pg.Client): Promise<void> => {
  const timer = setTimeout(() => {
    connection.connection.stream.destroy();
  }, 1_000);
  try {
    await connection.end();
  } finally {
    clearTimeout(timer);
  }
};

/** `detail` and `where` contain row data such as hashes. As non-enumerable properties they are not logged. */
const hideRowData = (error: Error): void => {
  for (const name of ['detail', 'where', 'internalQuery'] as const) {
    if (name in error) Object.defineProperty(error, name, { enumerable: false });
  }
};

/** SQLSTATEs after which the session cannot be used, even if the socket is still open. */
const fatalState = /^(?:08|57P0|25P03)/;

const isLost = (connection: PgConnection): boolean =>
  connection.disposed !== undefined || connection.connection.stream.destroyed || !connection.connection.stream.writable;

/** read_only_sql_transaction: a standby, a demoted primary, or a session that started in read-only mode. */
const readOnlyState = '25006';

const translateError = (connection: PgConnection, error: unknown, watch: QueryContext): unknown => {
  if (isServerError(error)) {
    hideRowData(error);
    if (error.code === readOnlyState) {
      // The session may stay read-only after the server accepts writes again.
      markDisposed(connection, error.code);
      watch.onReadOnly();
    }
    if (fatalState.test(error.code)) markDisposed(connection, error.code);
    return error;
  }
  // If the connection works, the statement is invalid, for example a value that cannot be serialized.
  if (!isLost(connection)) return error;
  const lost = new DatabaseConnectionError('the connection to the database was lost', error);
  markDisposed(connection, lost.message);
  return lost;
};

const send = async (connection: PgConnection, { text, values, name }: Statement): Promise<pg.QueryResult> =>
  connection.query(name === undefined ? { text, values: [...values] } : { text, values: [...values], name });

const withTimeout = async (
  connection: PgConnection,
  statement: Statement,
  limitMs: number,
): Promise<pg.QueryResult> => {
  if (limitMs === 0 || connection.unlimited === true) return send(connection, statement);
  const deadlineMs = limitMs + timeoutMarginMs;
  const state = { expired: false };
  const timer = setTimeout(() => {
    state.expired = true;
    destroyConnection(connection, 'no response in time');
  }, deadlineMs);
  try {
    return await send(connection, statement);
  } catch (error) {
    throw state.expired ? new QueryTimeoutError(deadlineMs) : error;
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Runs one statement with a timeout. Errors get a class for their cause, and slow queries are logged with their text, without
 * values.
 * @throws {DatabaseConnectionError | QueryTimeoutError | TransactionAbortedError} or the server's own error
 */
export const runQuery = (
  connection: PgConnection,
  statement: Statement,
  watch: QueryContext,
): Promise<pg.QueryResult> => {
  const run = (): Promise<pg.QueryResult> => runMeasured(connection, statement, watch);
  return watch.tracing?.isEnabled === true ? watch.tracing.withSpan(spanOf(statement), run) : run();
};

/** The text contains placeholders; values are not recorded. */
const spanOf = ({ text }: Statement): ChildSpanOptions => {
  const operation = /^\s*([A-Za-z]{1,20})/.exec(text)?.[1]?.toUpperCase() ?? 'SQL';
  const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': operation, 'db.query.text': text };
  return { name: operation, attributes, isCall: true };
};

const runMeasured = async (
  connection: PgConnection,
  statement: Statement,
  watch: QueryContext,
): Promise<pg.QueryResult> => {
  const startedAt = performance.now();
  try {
    const limitMs = connection.statementTimeoutMs ?? watch.statementTimeoutMs;
    const result = await withTimeout(connection, statement, limitMs);
    // COMMIT of a failed transaction succeeds with the tag ROLLBACK.
    if (result.command === 'ROLLBACK' && /^commit\b/i.test(statement.text)) throw new TransactionAbortedError();
    return result;
  } catch (error) {
    watch.meter?.failed(statement.text);
    throw error instanceof QueryTimeoutError || error instanceof TransactionAbortedError
      ? error
      : translateError(connection, error, watch);
  } finally {
    const elapsedMs = performance.now() - startedAt;
    watch.meter?.ended(elapsedMs);
    const durationMs = Math.round(elapsedMs);
    const isForeground = connection.unlimited !== true && connection.statementTimeoutMs === undefined;
    if (isForeground && durationMs >= watch.slowQueryMs) {
      watch.meter?.slow();
      watch.log.warn({ event: 'database.slow_query', duration_ms: durationMs, sql: statement.text }, 'slow query');
    }
  }
};
