import { isIP } from 'node:net';
import { DatabaseUrlError, parseConnectionString, invalidUrl, type ConnectionParameters } from './connection-string.js';
import {
  environmentNames,
  fixedParameters,
  optionalParameters,
  sslModes,
  targetSessionAttributes,
  type SslMode,
  type TargetSessionAttributes,
} from './connection-parameters.js';

export { DatabaseUrlError } from './connection-string.js';

/** The environment variables that libpq reads: `PGPASSWORD`, `PGPASSFILE`, `PGSSLMODE` and so on, and `HOME`. */
export type ConnectionEnvironment = Readonly<Record<string, string | undefined>>;

/** One server to connect to. */
export interface DatabaseHost {
  /** Host name, IP address, or the directory of a Unix socket. */
  readonly host: string;
  /** Connects to this address instead of resolving the host name; certificates and password files still use the name. */
  readonly address: string | undefined;
  readonly port: number;
}

/** The parts of a database URL. */
export interface DatabaseUrl {
  /** At least one, in connection order. */
  readonly hosts: readonly DatabaseHost[];
  readonly database: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** A password file (PostgreSQL manual, 34.16); `~/.pgpass` by default. */
  readonly passwordFile: string | undefined;
  readonly sslMode: SslMode;
  /** Path of a PEM file with trusted certificate authorities; `system` for those of Node.js. */
  readonly sslRootCertificate: string | undefined;
  readonly sslCertificate: string | undefined;
  readonly sslKey: string | undefined;
  readonly sslPassword: string | undefined;
  readonly sslNegotiation: 'postgres' | 'direct';
  readonly targetSessionAttributes: TargetSessionAttributes;
  /** Whether the hosts are tried in random order. */
  readonly isBalanced: boolean;
  /** Timeout for each host in milliseconds; undefined for the default. */
  readonly connectTimeoutMs: number | undefined;
  /** Server settings in the form of libpq's `options`, such as `-c work_mem=8MB`. */
  readonly options: string | undefined;
  readonly applicationName: string | undefined;
}

const knownNames: ReadonlySet<string> = new Set([...optionalParameters, ...Object.keys(fixedParameters)]);

const enumValue = <T extends string>(
  parameters: ConnectionParameters,
  name: string,
  allowed: readonly T[],
  byDefault: T,
): T => {
  const value = parameters.get(name);
  if (value === undefined) return byDefault;
  return allowed.find((known) => known === value) ?? invalidUrl(`${name} must be one of ${allowed.join(', ')}`);
};

/** Rejects unknown parameters, and values that node-postgres does not support. */
const checkSupport = (parameters: ConnectionParameters): void => {
  for (const [name, value] of parameters) {
    if (value.includes('\0')) invalidUrl(`the parameter ${name} contains a NUL character`);
    if (optionalParameters.has(name)) continue;
    const allowed = Object.hasOwn(fixedParameters, name) ? fixedParameters[name] : undefined;
    if (allowed === undefined) return invalidUrl(`the parameter ${name} is not supported`);
    if (!allowed.includes(value.toLowerCase())) {
      invalidUrl(
        allowed.length === 0
          ? `the parameter ${name} is not supported`
          : `the parameter ${name} is supported only as ${allowed.join(' or ')}`,
      );
    }
  }
};

/** Like libpq, takes parameters that the URL omits from the environment. */
const withEnvironment = (parameters: ConnectionParameters, env: ConnectionEnvironment): ConnectionParameters => {
  const all = new Map(parameters);
  for (const [name, variable] of Object.entries(environmentNames)) {
    const value = env[variable];
    if (value !== undefined && value !== '' && !all.has(name)) all.set(name, value);
  }
  return all;
};

const portOf = (text: string): number => {
  if (text === '') return 5432;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port > 0 && port < 65_536 ? port : invalidUrl('the port must be between 1 and 65535');
};

const list = (parameters: ConnectionParameters, name: string): string[] => {
  const text = parameters.get(name);
  return text === undefined ? [] : text.split(',').map((entry) => entry.trim());
};

const hostOf = (text: string | undefined, address: string | undefined): string => {
  const host = (text ?? '') === '' ? (address ?? '') : (text ?? '');
  if (host === '') return invalidUrl('the host is missing');
  const unbracketed = host.replace(/^\[(.*)\]$/, '$1');
  const isMalformed = unbracketed.startsWith('/')
    ? /\p{Cc}/u.test(unbracketed)
    : /[\s\p{Cc}@/?#[\]]/u.test(unbracketed);
  if (isMalformed || (unbracketed.includes(':') && isIP(unbracketed) !== 6)) return invalidUrl('invalid host or port');
  return unbracketed;
};

/** Hosts and ports are lists of equal length; a single port applies to all hosts. */
const hostsOf = (parameters: ConnectionParameters): DatabaseHost[] => {
  const [hosts, addresses, ports] = ['host', 'hostaddr', 'port'].map((name) => list(parameters, name)) as [
    string[],
    string[],
    string[],
  ];
  const count = Math.max(hosts.length, addresses.length, 1);
  if (addresses.some((address) => address !== '' && isIP(address) === 0)) invalidUrl('hostaddr must be an IP address');
  if (hosts.length > 0 && addresses.length > 0 && hosts.length !== addresses.length) {
    invalidUrl('host and hostaddr must list the same number of hosts');
  }
  if (ports.length > 1 && ports.length !== count) invalidUrl('port must list one port, or one for each host');
  return Array.from({ length: count }, (_, at) => ({
    host: hostOf(hosts[at], addresses[at]),
    address: (addresses[at] ?? '') === '' ? undefined : addresses[at],
    port: portOf((ports.length === 1 ? ports[0] : ports[at]) ?? ''),
  }));
};

/** In libpq, zero and negative values mean no limit; here, the default applies. */
const connectTimeoutOf = (parameters: ConnectionParameters): number | undefined => {
  const text = parameters.get('connect_timeout')?.trim();
  if (text === undefined || text === '') return undefined;
  if (!/^[+-]?\d{1,9}$/.test(text)) invalidUrl('connect_timeout must be an integer number of seconds');
  return Number(text) > 0 ? Number(text) * 1000 : undefined;
};

const nonEmpty = (parameters: ConnectionParameters, name: string): string | undefined => {
  const value = parameters.get(name);
  return value === '' ? undefined : value;
};

/** `direct` requires a mode that enforces TLS, and system certificate authorities require full verification. */
const checkTls = (url: DatabaseUrl): DatabaseUrl => {
  const isWeak = ['disable', 'allow', 'prefer'].includes(url.sslMode);
  if (url.sslNegotiation === 'direct' && isWeak) {
    invalidUrl('sslnegotiation=direct requires sslmode=require or stronger');
  }
  if (url.sslRootCertificate === 'system' && url.sslMode !== 'verify-full') {
    invalidUrl('sslrootcert=system requires sslmode=verify-full');
  }
  if ((url.sslCertificate === undefined) !== (url.sslKey === undefined)) {
    invalidUrl('sslcert and sslkey must be set together');
  }
  return url;
};

/**
 * Parses a database URL or a libpq keyword/value string. Rejects unknown parameters, and parameters that libpq supports but
 * node-postgres does not.
 * @param env its `PG…` variables apply to what the URL omits
 * @throws {DatabaseUrlError} with one line that contains no password
 */
export const parseDatabaseUrl = (text: string, env: ConnectionEnvironment = {}): DatabaseUrl => {
  const parameters = withEnvironment(parseConnectionString(text, knownNames), env);
  checkSupport(parameters);
  return checkTls({
    hosts: hostsOf(parameters),
    database: nonEmpty(parameters, 'dbname') ?? invalidUrl('the database name is missing'),
    user: nonEmpty(parameters, 'user'),
    password: nonEmpty(parameters, 'password'),
    passwordFile: nonEmpty(parameters, 'passfile'),
    sslMode: enumValue(
      parameters,
      'sslmode',
      sslModes,
      nonEmpty(parameters, 'sslrootcert') === 'system' ? 'verify-full' : 'prefer',
    ),
    sslRootCertificate: nonEmpty(parameters, 'sslrootcert'),
    sslCertificate: nonEmpty(parameters, 'sslcert'),
    sslKey: nonEmpty(parameters, 'sslkey'),
    sslPassword: nonEmpty(parameters, 'sslpassword'),
    sslNegotiation: enumValue(parameters, 'sslnegotiation', ['postgres', 'direct'], 'postgres'),
    targetSessionAttributes: enumValue(parameters, 'target_session_attrs', targetSessionAttributes, 'any'),
    isBalanced: enumValue(parameters, 'load_balance_hosts', ['disable', 'random'], 'disable') === 'random',
    connectTimeoutMs: connectTimeoutOf(parameters),
    options: nonEmpty(parameters, 'options'),
    applicationName: nonEmpty(parameters, 'application_name') ?? nonEmpty(parameters, 'fallback_application_name'),
  });
};

const formatHost = ({ host, port }: DatabaseHost): string => {
  const name = host.startsWith('/') ? encodeURIComponent(host) : host.includes(':') ? `[${host}]` : host;
  return `${name}:${String(port)}`;
};

/** The URL for logs: user, hosts, ports and database, without password and parameters; a fixed text if it is malformed. */
export const maskDatabaseUrl = (text: string, env: ConnectionEnvironment = {}): string => {
  try {
    const { hosts, database, user, password } = parseDatabaseUrl(text, env);
    const secret = password === undefined ? '' : ':********';
    const account = user === undefined ? '' : `${encodeURIComponent(user)}${secret}@`;
    return `postgres://${account}${hosts.map(formatHost).join(',')}/${encodeURIComponent(database)}`;
  } catch (error) {
    if (error instanceof DatabaseUrlError) return 'postgres://(malformed)';
    throw error;
  }
};
