/** How the connection is encrypted; the names are those of libpq. */
const sslModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;

/** One of the modes above. */
export type SslMode = (typeof sslModes)[number];

/** The parts of a database URL. */
export interface DatabaseUrl {
  /** Host name, address, or the directory of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly sslMode: SslMode;
  /** Path of a PEM file with the authorities to trust. */
  readonly sslRootCertificate: string | undefined;
  /** Server settings as libpq's `options`, such as `-c work_mem=8MB`. */
  readonly options: string | undefined;
  readonly applicationName: string | undefined;
}

/** A database URL that cannot be used. The message is one line and never holds a part of the URL that may be secret. */
export class DatabaseUrlError extends Error {
  override readonly name = 'DatabaseUrlError';
}

const form = 'postgres://user:password@host:5432/database';

const refuse = (reason: string): never => {
  throw new DatabaseUrlError(`The database URL is not usable: ${reason} (expected the form ${form}).`);
};

const decoded = (part: string, name: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return refuse(`the ${name} holds a % that starts no valid percent-encoding`);
  }
};

const schemeOf = (text: string): string => /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase() ?? '';

const parsed = (text: string): URL => {
  try {
    return new URL(text);
  } catch {
    return refuse(
      'host or port are malformed; special characters in the user name and password must be percent-encoded',
    );
  }
};

const portOf = (url: URL): number => {
  if (url.port === '') return 5432;
  const port = Number(url.port);
  return port > 0 ? port : refuse('the port must be between 1 and 65535');
};

const databaseOf = (url: URL): string => {
  const path = url.pathname.replace(/^\//, '');
  if (path === '') return refuse('it names no database');
  // A raw "/" or "@" here is the rest of a password that was cut at its own "/".
  if (/[/@]/.test(path)) {
    return refuse('the database name holds "/" or "@"; special characters in a password must be percent-encoded');
  }
  const name = decoded(path, 'database name');
  return name.includes('\0') ? refuse('the database name holds a NUL character') : name;
};

const hostOf = (url: URL): string => {
  const host = url.searchParams.get('host') ?? decoded(url.hostname, 'host');
  if (host === '') return refuse('it names no host');
  if (host.includes(',')) return refuse('several hosts are not supported');
  return host.replace(/^\[(.*)\]$/, '$1');
};

const sslModeOf = (url: URL): SslMode => {
  const mode = url.searchParams.get('sslmode') ?? 'disable';
  return sslModes.find((known) => known === mode) ?? refuse(`sslmode must be one of ${sslModes.join(', ')}`);
};

/**
 * Takes a database URL apart: `postgres://` or `postgresql://`, percent-encoded, with the query parameters `sslmode`
 * (disable, require, verify-ca, verify-full; default disable), `sslrootcert`, `options`, `application_name` and `host`
 * (for a Unix socket). Other parameters are ignored.
 * @throws {DatabaseUrlError} with one clear line that holds no password
 */
export const parseDatabaseUrl = (text: string): DatabaseUrl => {
  const trimmed = text.trim();
  if (trimmed === '') refuse('it is empty');
  const scheme = schemeOf(trimmed);
  if (scheme !== 'postgres' && scheme !== 'postgresql') refuse('the scheme must be postgres:// or postgresql://');
  if (!trimmed.slice(scheme.length).startsWith('://')) refuse('"//" is missing after the scheme');
  if (trimmed.includes('#')) refuse('it holds a "#", which must be percent-encoded as %23');
  const url = parsed(trimmed);
  // The rest of a password that was cut at its own "?".
  if (url.search.includes('@')) refuse('a "@" stands after the "?"; special characters must be percent-encoded');
  return {
    host: hostOf(url),
    port: portOf(url),
    database: databaseOf(url),
    user: url.username === '' ? undefined : decoded(url.username, 'user name'),
    password: url.password === '' ? undefined : decoded(url.password, 'password'),
    sslMode: sslModeOf(url),
    sslRootCertificate: url.searchParams.get('sslrootcert') ?? undefined,
    options: url.searchParams.get('options') ?? undefined,
    applicationName: url.searchParams.get('application_name') ?? undefined,
  };
};

/** The URL for logs: user, host, port and database, never the password or a query parameter; a fixed text when malformed. */
export const maskDatabaseUrl = (text: string): string => {
  try {
    const { host, port, database, user, password } = parseDatabaseUrl(text);
    const secret = password === undefined ? '' : ':********';
    const account = user === undefined ? '' : `${encodeURIComponent(user)}${secret}@`;
    const place = host.startsWith('/') ? encodeURIComponent(host) : host.includes(':') ? `[${host}]` : host;
    return `postgres://${account}${place}:${String(port)}/${encodeURIComponent(database)}`;
  } catch {
    return 'postgres://(malformed)';
  }
};
