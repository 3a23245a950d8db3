/** An unusable database URL. The message is one line and contains no part of the URL that may be secret. */
export class DatabaseUrlError extends Error {
  override readonly name = 'DatabaseUrlError';
}

/** Connection parameters by libpq name (PostgreSQL manual, 34.1.2). */
export type ConnectionParameters = Map<string, string>;

const expectedForm = 'postgres://user:password@host:5432/database';

/** @throws {DatabaseUrlError} always */
export const invalidUrl = (reason: string): never => {
  throw new DatabaseUrlError(`Invalid database URL: ${reason} (expected ${expectedForm}).`);
};

const encodingHint = 'special characters in the user name and password must be percent-encoded';

const decoded = (part: string, name: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return invalidUrl(`the ${name} contains invalid percent-encoding`);
  }
};

/** Splits at the first occurrence of a separator; the second part is undefined when there is none. */
const splitOnce = (text: string, separator: string): [string, string | undefined] => {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
};

const readUser = (userInfo: string, into: ConnectionParameters): void => {
  const [user, password] = splitOnce(userInfo, ':');
  // Otherwise a query parameter with "@" in its value would be parsed as a user name, and shown.
  if (/[?#]/.test(user)) invalidUrl(`the user name contains "?" or "#"; ${encodingHint}`);
  if (user !== '') into.set('user', decoded(user, 'user name'));
  if (password !== undefined && password !== '') into.set('password', decoded(password, 'password'));
};

/** Splits `host:port,[::1]:port,…` into a list of hosts and a list of ports, like libpq. */
const readHosts = (text: string, into: ConnectionParameters): void => {
  const hosts = text.split(',').map((entry) => {
    const found = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::(\d*))?$/.exec(entry);
    if (found === null) return invalidUrl(`invalid host or port; ${encodingHint}`);
    return { host: decoded(found[1] ?? found[2] ?? '', 'host'), port: found[3] ?? '' };
  });
  if (hosts.some(({ host }) => host !== '')) into.set('host', hosts.map(({ host }) => host).join(','));
  if (hosts.some(({ port }) => port !== '')) into.set('port', hosts.map(({ port }) => port).join(','));
};

const readDatabase = (path: string, into: ConnectionParameters): void => {
  if (path === '') return;
  // A raw "/" or "@" here means that an unescaped "/" has split the password.
  if (/[/@]/.test(path)) invalidUrl(`the database name contains "/" or "@"; ${encodingHint}`);
  into.set('dbname', decoded(path, 'database name'));
};

const readQuery = (query: string, known: ReadonlySet<string>, into: ConnectionParameters): void => {
  for (const pair of query.split('&')) {
    const [rawName, value] = splitOnce(pair, '=');
    // An unescaped "?" may have split the password, so the rest must not be shown as a parameter name.
    const isDoubtful = query.includes('@') || !/^[A-Za-z_]{1,40}$/.test(rawName);
    const name = rawName === 'ssl' && value === 'true' ? 'sslmode' : rawName;
    if (value === undefined || (isDoubtful && !known.has(name))) {
      return invalidUrl(`invalid parameters after "?"; ${encodingHint}`);
    }
    into.set(name, rawName === name ? decoded(value, `parameter ${name}`) : 'require');
  }
};

const parseUri = (rest: string, known: ReadonlySet<string>): ConnectionParameters => {
  const parameters: ConnectionParameters = new Map();
  const [beforeSlash] = splitOnce(rest, '/');
  const at = beforeSlash.lastIndexOf('@');
  if (at !== -1) readUser(rest.slice(0, at), parameters);
  const [address, query] = splitOnce(rest.slice(at + 1), '?');
  const [hosts, path = ''] = splitOnce(address, '/');
  readHosts(hosts, parameters);
  readDatabase(path, parameters);
  if (query !== undefined && query !== '') readQuery(query, known, parameters);
  return parameters;
};

/** `host=… dbname='…'`: values may be quoted, and a backslash escapes. */
const parseKeywords = (text: string, known: ReadonlySet<string>): ConnectionParameters => {
  const parameters: ConnectionParameters = new Map();
  const pair = /\s*([^\s=]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'(?=\s|$)|((?:[^\s'\\]|\\.)*)(?=\s|$))\s*/suy;
  while (pair.lastIndex < text.length) {
    const [, name = '', quoted, plain = ''] = pair.exec(text) ?? invalidUrl('invalid keyword or value');
    // An unescaped space may have split the password, so the rest must not be shown as a parameter name.
    if (!known.has(name) && parameters.has('password')) invalidUrl('it contains an unsupported parameter');
    parameters.set(name, (quoted ?? plain).replace(/\\(.)/gsu, '$1'));
  }
  return parameters;
};

/**
 * Parses a connection string of libpq (PostgreSQL manual, 34.1.1): a URI, possibly with several hosts and with
 * parameters in its query, or keywords and values. A "#" is an ordinary character; an unescaped "@" in the password is
 * accepted.
 * @param known the names that a message may show although the string looks damaged
 * @throws {DatabaseUrlError} with a one-line message that never contains the password
 */
export const parseConnectionString = (text: string, known: ReadonlySet<string>): ConnectionParameters => {
  const trimmed = text.trim();
  if (trimmed === '') invalidUrl('it is empty');
  if (/^[a-z_]+\s*=/i.test(trimmed)) return parseKeywords(trimmed, known);
  const [scheme] = splitOnce(trimmed, ':');
  if (!/^postgres(?:ql)?$/i.test(scheme)) invalidUrl('the scheme must be postgres:// or postgresql://');
  const rest = trimmed.slice(scheme.length);
  if (!rest.startsWith('://')) invalidUrl('"//" is missing after the scheme');
  return parseUri(rest.slice(3), known);
};
