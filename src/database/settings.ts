import { readFileSync } from 'node:fs';
import pg from 'pg';
import { DatabaseUrlError, parseDatabaseUrl, type DatabaseUrl } from './url.js';

/** What a session of the server is told when it starts. */
export interface SessionSettings {
  /** The one schema on the search path; the server's default path when absent. */
  readonly schema?: string | undefined;
  /** Milliseconds; 0 is no limit. */
  readonly statementTimeoutMs: number;
  readonly applicationName?: string | undefined;
}

const int8 = 20;

const parserOfPg = pg.types.getTypeParser as (oid: number, format: 'text' | 'binary') => unknown;

/**
 * Parsers of one connection: int8 becomes a number (our counts stay far below 2^53), the rest as pg does it
 * (timestamptz is a Date, inet a text).
 */
const parserOf = (oid: number, format: 'text' | 'binary' = 'text'): unknown =>
  oid === int8 && format === 'text' ? Number : parserOfPg(oid, format);

const types: pg.CustomTypesConfig = { getTypeParser: parserOf as pg.CustomTypesConfig['getTypeParser'] };

/** A value for the start-up packet's `options`, where a backslash escapes blanks and itself. */
const setting = (name: string, value: string): string => `-c ${name}=${value.replace(/[\\\s]/g, '\\$&')}`;

const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

/** Sent with the start-up packet, so that no session costs a round trip for SET. */
const startupOptions = (url: DatabaseUrl, { schema, statementTimeoutMs }: SessionSettings): string =>
  [
    ...(url.options === undefined ? [] : [url.options]),
    ...(schema === undefined ? [] : [setting('search_path', quoted(schema))]),
    setting('statement_timeout', String(statementTimeoutMs)),
    // A session whose client vanished inside a transaction gives its locks back.
    setting('idle_in_transaction_session_timeout', '60000'),
    setting('timezone', 'UTC'),
  ].join(' ');

const certificate = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new DatabaseUrlError(`The file that sslrootcert names cannot be read: ${path}`, { cause: error });
  }
};

/** libpq's meaning of sslmode (PostgreSQL documentation, 34.19): require encrypts, verify-ca and verify-full also check. */
const tls = ({ sslMode, sslRootCertificate }: DatabaseUrl): pg.ClientConfig['ssl'] => {
  if (sslMode === 'disable') return false;
  const ca = sslRootCertificate === undefined ? {} : { ca: certificate(sslRootCertificate) };
  if (sslMode === 'require' && sslRootCertificate === undefined) return { rejectUnauthorized: false };
  if (sslMode === 'verify-full') return { ...ca, rejectUnauthorized: true };
  return { ...ca, rejectUnauthorized: true, checkServerIdentity: () => undefined };
};

/**
 * What pg needs to open one connection.
 * @throws {DatabaseUrlError} when the URL is malformed
 */
export const clientSettings = (url: string, session: SessionSettings): pg.ClientConfig => {
  const parts = parseDatabaseUrl(url);
  const half = Math.ceil(session.statementTimeoutMs / 2);
  return {
    host: parts.host,
    port: parts.port,
    database: parts.database,
    ...(parts.user === undefined ? {} : { user: parts.user }),
    ...(parts.password === undefined ? {} : { password: parts.password }),
    ssl: tls(parts),
    application_name: session.applicationName ?? parts.applicationName ?? 'rollcall',
    options: startupOptions(parts, session),
    // Half of the time that a caller waits, so that one more try fits in; at most what libpq's users are used to.
    connectionTimeoutMillis: session.statementTimeoutMs === 0 ? 10_000 : Math.min(half, 10_000),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types,
  };
};
