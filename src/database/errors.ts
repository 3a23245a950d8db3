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

/** The server did not respond in time, not even with the error of its statement timeout: the server or the network hangs. */
export class QueryTimeoutError extends Error {
  override readonly name = 'QueryTimeoutError';

  /** @param deadlineMs how long the answer was waited for, in milliseconds */
  constructor(readonly deadlineMs: number) {
    super(`the database server gave no answer within ${String(deadlineMs)} ms`);
  }
}

/** No connection of the pool became free in time. */
export class PoolExhaustedError extends Error {
  override readonly name = 'PoolExhaustedError';

  constructor() {
    super('no connection of the pool became free in time');
  }
}

/** A transaction that one of its statements had failed was committed nevertheless; the server rolled it back. */
export class TransactionAbortedError extends Error {
  override readonly name = 'TransactionAbortedError';

  constructor() {
    super('a transaction with a failed statement was committed; the server rolled it back');
  }
}

/** What is read from an error of the PostgreSQL protocol. */
export interface ServerError {
  /** SQLSTATE, five characters (PostgreSQL documentation, appendix A). */
  readonly code: string;
  readonly constraint?: string | undefined;
}

/** Whether an error came from the server itself: it has a SQLSTATE and a severity, which errors of Node never have. */
export const isServerError = (error: unknown): error is Error & ServerError =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  'severity' in error &&
  /^[0-9A-Z]{5}$/.test(error.code);

/** "Cached plan must not change result type", "prepared statement does not exist": the statement outlived a migration or a pooler. */
const staleStatementStates: ReadonlySet<string> = new Set(['0A000', '26000']);

/** Whether a prepared statement is of no use any more, though its text may be. */
export const isStaleStatement = (error: unknown): boolean =>
  isServerError(error) && staleStatementStates.has(error.code);
