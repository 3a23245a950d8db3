/** No connection to the server: it could not be opened, or it was lost while a query ran. */
export class DatabaseConnectionError extends Error {
  override readonly name: string = 'DatabaseConnectionError';

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** The server, or a pooler in front of it, rejects the connection permanently. The message is one line without secrets. */
export class ConnectionRejectedError extends DatabaseConnectionError {
  override readonly name = 'ConnectionRejectedError';
}

/** The server did not respond in time, not even with a statement timeout error: the server or the network hangs. */
export class QueryTimeoutError extends Error {
  override readonly name = 'QueryTimeoutError';

  /** @param deadlineMs the timeout in milliseconds */
  constructor(readonly deadlineMs: number) {
    super(`the database server did not respond within ${String(deadlineMs)} ms`);
  }
}

/** No pooled connection became free in time. */
export class PoolExhaustedError extends Error {
  override readonly name = 'PoolExhaustedError';

  constructor() {
    super('no connection of the pool became free in time');
  }
}

/** The service sent COMMIT for a transaction in which a statement had failed; the server rolled it back. */
export class TransactionAbortedError extends Error {
  override readonly name = 'TransactionAbortedError';

  constructor() {
    super('a transaction with a failed statement was committed; the server rolled it back');
  }
}

/** Fields of a PostgreSQL error. */
export interface ServerError {
  /** SQLSTATE, five characters (PostgreSQL documentation, appendix A). */
  readonly code: string;
  readonly constraint?: string | undefined;
}

/** Whether an error came from the server: it has a SQLSTATE and a severity, which errors of Node never have. */
export const isServerError = (error: unknown): error is Error & ServerError =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  'severity' in error &&
  /^[0-9A-Z]{5}$/.test(error.code);

/**
 * "Cached plan must not change result type", "prepared statement does not exist": the statement is outdated after a
 * migration, or a pooler dropped it.
 */
const staleStatementStates: ReadonlySet<string> = new Set(['0A000', '26000']);

/** Whether a prepared statement is outdated and must be prepared again. */
export const isStaleStatement = (error: unknown): boolean =>
  isServerError(error) && staleStatementStates.has(error.code);
