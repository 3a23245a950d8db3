import { userInfo } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ConnectionRejectedError } from './errors.js';
import { passwordFromFile } from './password-file.js';
import type { ConnectionEnvironment, DatabaseHost, DatabaseUrl } from './url.js';

/** Parameters of a new session. */
export interface SessionSettings {
  /** The only schema on the search path; by default, that of the server. */
  readonly schema?: string | undefined;
  /** In milliseconds; 0 means no limit. */
  readonly statementTimeoutMs: number;
  readonly applicationName?: string | undefined;
  /** Timeout for connecting to one host, in milliseconds; derived from the statement timeout by default. */
  readonly connectTimeoutMs?: number | undefined;
}

const int8 = 20;

const parserOfPg = pg.types.getTypeParser as (oid: number, format: 'text' | 'binary') => unknown;

/**
 * Type parsers of a connection: int8 becomes a number (our counts stay far below 2^53), other types as in pg (timestamptz is
 * a Date, inet a string).
 */
const parserOf = (oid: number, format: 'text' | 'binary' = 'text'): unknown =>
  oid === int8 && format === 'text' ? Number : parserOfPg(oid, format);

const types: pg.CustomTypesConfig = { getTypeParser: parserOf as pg.CustomTypesConfig['getTypeParser'] };

/** Formats a setting for `options` in the startup packet, where a backslash escapes spaces and backslashes. */
const setting = ([name, value]: readonly [string, string]): string => `-c ${name}=${value.replace(/[\\\s]/g, '\\$&')}`;

const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

/** The settings that every session requires, by name, in the units of pg_settings. */
export const requiredSettings = ({ schema, statementTimeoutMs }: SessionSettings): [string, string][] => [
  ...(schema === undefined ? [] : [['search_path', quoted(schema)] satisfies [string, string]]),
  ['statement_timeout', String(statementTimeoutMs)],
  // Releases the locks of a client that vanished inside a transaction.
  ['idle_in_transaction_session_timeout', '60000'],
  ['TimeZone', 'UTC'],
];

/** Sent in the startup packet, which avoids a round trip for SET. */
const startupOptions = (url: DatabaseUrl, session: SessionSettings): string =>
  [...(url.options === undefined ? [] : [url.options]), ...requiredSettings(session).map(setting)].join(' ');

/**
 * Parses libpq's `options`, for a session that did not receive them.
 * @throws {ConnectionRejectedError} for anything but `-c name=value` and `--name=value`
 */
export const settingsInOptions = (options = ''): [string, string][] => {
  const words = (options.match(/(?:\\.|[^\s\\])+/gsu) ?? []).map((word) => word.replace(/\\(.)/gsu, '$1'));
  const settings = words.join('\n').replace(/^-c\n?/gmu, '--');
  return settings === ''
    ? []
    : settings.split('\n').map((word) => {
        const [, name, value] = /^--([\w.-]+)=(.*)$/su.exec(word) ?? [];
        if (name !== undefined && value !== undefined) return [name.replaceAll('-', '_'), value];
        throw new ConnectionRejectedError(
          'the connection pooler drops the startup parameter `options`, which contains more than settings; ' +
            'connect to PostgreSQL directly',
        );
      });
};

/** Called only if the server requests a password. Order as in libpq: the URL, PGPASSWORD, the password file. */
const passwordOf = (url: DatabaseUrl, env: ConnectionEnvironment, { host, port }: DatabaseHost, user: string) =>
  async function findPassword(): Promise<string> {
    if (url.password !== undefined) return url.password;
    const home = env['HOME'] ?? userInfo().homedir;
    const path = url.passwordFile ?? join(home, '.pgpass');
    const owner = { host: host.startsWith('/') ? 'localhost' : host, port, database: url.database, user };
    const password = await passwordFromFile(path, owner);
    if (password !== undefined) return password;
    throw new ConnectionRejectedError(
      'the server requires a password, but neither the URL, PGPASSWORD nor the password file contains one',
    );
  };

/** Half of the caller's timeout, divided among the hosts, which leaves time for a retry; at most the usual libpq timeout. */
const connectTimeoutOf = (url: DatabaseUrl, session: SessionSettings): number => {
  const half = session.statementTimeoutMs === 0 ? 10_000 : Math.ceil(session.statementTimeoutMs / 2);
  const limit = session.connectTimeoutMs ?? Math.min(half, 10_000);
  return Math.min(url.connectTimeoutMs ?? Infinity, Math.max(Math.ceil(limit / url.hosts.length), 50));
};

/** Maximum time for connecting, if every host uses up its timeout, in milliseconds. */
export const maxConnectMs = (url: DatabaseUrl, session: SessionSettings): number =>
  connectTimeoutOf(url, session) * url.hosts.length * (url.sslMode === 'prefer' || url.sslMode === 'allow' ? 2 : 1);

/** The pg settings for one connection to one host. */
export const clientSettings = (
  url: DatabaseUrl,
  env: ConnectionEnvironment,
  session: SessionSettings & { readonly host: DatabaseHost; readonly ssl: pg.ClientConfig['ssl'] },
): pg.ClientConfig => {
  const { host, ssl } = session;
  const user = url.user ?? userInfo().username;
  return {
    host: host.address ?? host.host,
    port: host.port,
    database: url.database,
    user,
    password: passwordOf(url, env, host, user),
    ssl,
    sslnegotiation: ssl === false ? 'postgres' : url.sslNegotiation,
    application_name: session.applicationName ?? url.applicationName ?? 'rollcall',
    options: startupOptions(url, session),
    connectionTimeoutMillis: connectTimeoutOf(url, session),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types,
  };
};
