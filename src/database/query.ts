import type pg from 'pg';
import type { Logger } from '../observability/logger.js';
import type { ChildSpanOptions } from '../observability/tracing/request-span.js';
import type { Tracing } from '../observability/tracing/tracing.js';
import { DatabaseConnectionError, isServerError, QueryTimeoutError, TransactionAbortedError } from './errors.js';

/** A connection of ours: a pg client, with the mark that makes knex's pool throw it away. */
export interface PgConnection extends pg.Client {
  __knex__disposed?: unknown;
  /** Set on a connection of a migration run, whose statements may take as long as they need. */
  unlimited?: boolean;
  /** Set on a connection of background work: how long its statements may take, in place of the setting. */
  statementTimeoutMs?: number;
}

/** One statement as pg takes it, `$1` placeholders; a name makes it a prepared statement of the connection. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly name?: string;
}

/** A named prepared statement with `$1` placeholders; one name always goes with one text. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/** Measures statements. */
export interface QueryMetrics {
  ended(durationMs: number): void;
  slow(): void;
  failed(text: string): void;
}

/** What is watched at every query. The settings may change while the pool lives. */
export interface QueryContext {
  /** Milliseconds that the server has by its own statement timeout; 0 is no limit. */
  statementTimeoutMs: number;
  /** Milliseconds from which a query is logged. */
  slowQueryMs: number;
  readonly log: Logger;
  readonly tracing?: Tracing | undefined;
  /** Absent where statements are not measured. */
  readonly meter?: QueryMetrics;
  /** Told when the server refused a statement because the session is read-only (25006). */
  readonly onReadOnly: () => void;
}

/** What the server's own timeout needs to reach us, before the connection is given up. */
const timeoutMarginMs = 250;

/** Makes the pool throw the connection away when it is next looked at. */
export const markDisposed = (connection: PgConnection, reason: unknown): void => {
  connection.__knex__disposed ??= reason;
};

/** Severs the connection now, whatever it is doing; its running query fails. */
export const destroyConnection = (connection: PgConnection, reason: unknown): void => {
  markDisposed(connection, reason);
  connection.connection.stream.destroy();
};

/** Says goodbye to the server and closes the connection, with force when the server does not react within a second. */
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

/** `detail` and `where` quote rows, hashes among them: they stay readable, but no logger writes them. */
const hideRowData = (error: Error): void => {
  for (const name of ['detail', 'where', 'internalQuery'] as const) {
    if (name in error) Object.defineProperty(error, name, { enumerable: false });
  }
};

/** States after which the session is gone or of no use, although the socket may look alive for a moment. */
const fatalState = /^(?:08|57P0|25P03)/;

const isLost = (connection: PgConnection): boolean =>
  connection.__knex__disposed !== undefined ||
  connection.connection.stream.destroyed ||
  !connection.connection.stream.writable;

/** read_only_sql_transaction: a standby, a demoted primary, or a session that began while writes were turned off. */
const readOnlyState = '25006';

const translateError = (connection: PgConnection, error: unknown, watch: QueryContext): unknown => {
  if (isServerError(error)) {
    hideRowData(error);
    if (error.code === readOnlyState) {
      // The session may stay read-only although the server takes writes again.
      markDisposed(connection, error.code);
      watch.onReadOnly();
    }
    if (fatalState.test(error.code)) markDisposed(connection, error.code);
    return error;
  }
  // On a living connection, it is the statement's own fault: a value that cannot be sent, say.
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
    destroyConnection(connection, 'no answer in time');
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
 * Runs one statement: errors get a class that says what they are, a server that hangs is given up a little after its
 * own timeout, and slow queries are logged with their text, never with their values.
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

/** The text of a statement has placeholders where values stand, so it may be told; the values may not. */
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
    // The server answers COMMIT of a failed transaction with success and the tag ROLLBACK.
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
