import { AppError } from '../errors/app-error.js';
import { ConnectionRejectedError, isServerError, type ServerError } from './errors.js';

/** Kinds of database failure that callers distinguish. */
export type DatabaseErrorKind =
  'connection' | 'read_only' | 'timeout' | 'pool_exhausted' | 'serialization' | 'disk_full';

/** SQLSTATEs whose kind differs from that of their class, or whose class has none. */
const kindByState: Readonly<Record<string, DatabaseErrorKind>> = {
  '25006': 'read_only',
  '25P03': 'connection', // idle_in_transaction_session_timeout ends the session
  '25P04': 'timeout', // transaction_timeout, PostgreSQL 17
  '3D000': 'connection', // the database does not exist (yet)
  '40001': 'serialization',
  '40P01': 'serialization', // deadlock
  '53100': 'disk_full',
  '55P03': 'timeout', // lock_timeout, NOWAIT
  '57014': 'timeout', // statement_timeout, cancelled
  '57P01': 'connection',
  '57P02': 'connection',
  '57P03': 'connection',
  '57P04': 'connection',
  '57P05': 'connection',
};

const kindByClass: Readonly<Record<string, DatabaseErrorKind>> = {
  '08': 'connection',
  '28': 'connection', // invalid authorization: callers see an unavailable database
  '53': 'pool_exhausted', // too many connections, out of memory
};

/** System errors of a socket that could not be opened or broke. */
const socketCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

const kindByName: Readonly<Record<string, DatabaseErrorKind>> = {
  ConnectionRejectedError: 'connection',
  DatabaseConnectionError: 'connection',
  QueryTimeoutError: 'timeout',
  PoolExhaustedError: 'pool_exhausted',
  KnexTimeoutError: 'pool_exhausted',
};

/** `Retry-After` by kind, in seconds. */
const retryAfterSeconds: Readonly<Record<DatabaseErrorKind, number>> = {
  connection: 1,
  timeout: 1,
  pool_exhausted: 1,
  serialization: 1,
  read_only: 5,
  disk_full: 30,
};

/** The error and the errors that it wraps: Objection keeps the original as `nativeError`, others as `cause`. */
const chain = (error: unknown): Error[] => {
  const links: Error[] = [];
  let link = error;
  while (link instanceof Error && links.length < 8 && !links.includes(link)) {
    links.push(link);
    link = 'nativeError' in link ? link.nativeError : link.cause;
  }
  return links;
};

const kindOf = (error: Error): DatabaseErrorKind | null => {
  if (isServerError(error)) return kindByState[error.code] ?? kindByClass[error.code.slice(0, 2)] ?? null;
  const known = kindByName[error.name];
  if (known !== undefined) return known;
  return 'code' in error && typeof error.code === 'string' && socketCodes.has(error.code) ? 'connection' : null;
};

/**
 * Classifies a database error by SQLSTATE, class name or system error code, never by message text.
 * @returns null if the database is not the cause: a violated constraint, invalid SQL, any other error
 */
export const classifyDatabaseError = (error: unknown): DatabaseErrorKind | null => {
  for (const link of chain(error)) {
    const kind = kindOf(link);
    if (kind !== null) return kind;
  }
  return null;
};

/** Why the server, or a pooler in front of it, rejects connections permanently; one line, null for any other error. */
export const connectionRejection = (error: unknown): string | null =>
  chain(error).find((link) => link instanceof ConnectionRejectedError)?.message ?? null;

/**
 * Converts a database failure to a 503 with Retry-After; null for any other error.
 * @returns AppError service_unavailable, with the original error as its cause
 */
export const toAppError = (error: unknown): AppError | null => {
  const kind = classifyDatabaseError(error);
  return kind === null
    ? null
    : new AppError('service_unavailable', {
        detail: 'The database is temporarily unavailable.',
        retryAfterSeconds: retryAfterSeconds[kind],
        cause: error,
      });
};

/** unique_violation, foreign_key_violation, check_violation, restrict_violation, exclusion_violation */
const constraintStates: ReadonlySet<string> = new Set(['23505', '23503', '23514', '23001', '23P01']);

/** The name of the violated constraint or unique index; null for any other error. */
export const violatedConstraint = (error: unknown): string | null => {
  const violation = chain(error).find((link): link is Error & ServerError => isServerError(link));
  return violation !== undefined && constraintStates.has(violation.code) ? (violation.constraint ?? null) : null;
};
