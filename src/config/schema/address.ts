import { asText, valid, list, wrongType, type Format } from './format.js';

const parseUrl = (raw: string): URL | null => (URL.canParse(raw) ? new URL(raw) : null);

/** A host to listen on: a name, an IPv4 or an IPv6 address, without brackets and port. */
export const host: Format<string> = {
  expects: 'a host name or IP address without a port',
  parse: (raw) => (typeof raw === 'string' && /^[A-Za-z0-9._:%-]{1,253}$/.test(raw) ? valid(raw) : wrongType()),
  fromText: asText,
  show: (value) => value,
};

/** A domain name in ASCII (RFC 5890, 2.3.1), or an address in brackets, as a mail client may call itself (RFC 5321, 4.1.3). */
export const hostName: Format<string> = {
  expects: 'a host name such as rollcall.example.org',
  parse: (raw) => {
    if (typeof raw !== 'string' || raw.length > 253) return wrongType();
    const isName = raw.split('.').every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label));
    return isName || /^\[(?:[0-9.]{7,15}|IPv6:[0-9A-Fa-f:.]{2,45})\]$/.test(raw) ? valid(raw) : wrongType();
  },
  fromText: asText,
  show: (value) => value,
};

/** Where the service listens: a host, or the path of a Unix socket. */
export const listenAddress: Format<string> = {
  expects: 'a host name or IP address without a port, or a Unix socket such as unix:/run/rollcall.sock',
  // The address of a Unix socket holds 107 bytes of path on Linux, 103 on macOS (sockaddr_un).
  parse: (raw) =>
    typeof raw === 'string' && /^unix:\/[^\u0000-\u001f\u007f]{1,102}$/.test(raw) ? valid(raw) : host.parse(raw),
  fromText: asText,
  show: (value) => value,
};

/** Permission bits of a file in octal digits, as chmod takes them; a string, since YAML reads 0660 as 660. */
export const fileMode: Format<string> = {
  expects: 'three or four octal digits in quotes, such as "0660"',
  parse: (raw) => (typeof raw === 'string' && /^0?[0-7]{3}$/.test(raw) ? valid(raw) : wrongType()),
  fromText: asText,
  show: (value) => value,
};

/** First segments of the service's own paths, those of the admin socket included. */
const ownSegments: ReadonlySet<string> = new Set(
  'api docs pages .well-known openapi.json reset-password verify-email magic-link config status doctor'.split(' '),
);

/** A path in front of every path of the service, or nothing. */
export const basePath: Format<string> = {
  expects: "a path such as /accounts, without a slash at its end and other than a path of the service itself, or ''",
  parse: (raw) => {
    if (raw === '') return valid(raw);
    if (typeof raw !== 'string' || raw.length > 200 || !raw.startsWith('/')) return wrongType();
    const segments = raw.slice(1).split('/');
    const arePlain = segments.every((segment) => /^[A-Za-z0-9._~-]+$/.test(segment) && !/^\.\.?$/.test(segment));
    return arePlain && !ownSegments.has(segments[0] ?? '') ? valid(raw) : wrongType();
  },
  fromText: asText,
  show: (value) => value,
};

/** An http(s) origin as browsers send it (RFC 6454): scheme, host, port, and nothing after it. */
export const origin: Format<string> = {
  expects: 'an origin without a path, such as https://accounts.example.org',
  parse: (raw) => {
    const url = typeof raw === 'string' ? parseUrl(raw) : null;
    if (url === null || !/^https?:$/.test(url.protocol)) return wrongType();
    return raw === url.origin ? valid(url.origin) : wrongType(url.origin);
  },
  fromText: asText,
  show: (value) => value,
};

/** The base URL of an HTTP service: scheme, host, port and path, without credentials, query and the slash at its end. */
export const httpUrl: Format<string> = {
  expects: 'an http(s) URL without credentials and query, such as https://collector.example.org:4318',
  parse: (raw) => {
    const url = typeof raw === 'string' ? parseUrl(raw) : null;
    if (url === null || !/^https?:$/.test(url.protocol)) return wrongType();
    const plain = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
    return raw === plain ? valid(plain) : wrongType(plain);
  },
  fromText: asText,
  show: (value) => value,
};

const originList = list(origin, 100);

/** A list of origins, or `"*"` for all of them, which is `['*']` in code. */
export const origins: Format<readonly string[]> = {
  ...originList,
  expects: `"*", or ${originList.expects}`,
  parse: (raw) => {
    const star = raw === '*' || (Array.isArray(raw) && raw.length === 1 && raw[0] === '*');
    return star ? valid(['*']) : originList.parse(raw);
  },
  fromText: (line) => (line.trim() === '*' ? '*' : originList.fromText(line)),
};

/**
 * The address of a PostgreSQL server as libpq writes it (PostgreSQL manual, section 34.1.1): a URI, or keywords and values.
 * Only the form is checked here: the parts are parsed when the database is opened, with an error that names the part.
 */
export const databaseUrl: Format<string> = {
  expects: 'a URL such as postgres://user:password@host:5432/name',
  parse: (raw) =>
    typeof raw === 'string' && /^\s*(?:postgres(?:ql)?:\/\/|[a-z_]+\s*=)/i.test(raw) ? valid(raw) : wrongType(),
  fromText: asText,
  show: (value) => value,
};

/** A URL with its password hidden, in the authority and in the query; hidden as a whole where its parts are in doubt. */
export const maskUrl = (value: string): string => {
  const url = parseUrl(value);
  // An "@" there comes from a password with an unescaped "/", "?" or "#".
  if (url === null || `${url.pathname}${url.search}${url.hash}`.includes('@')) return '********';
  if (url.password !== '') url.password = '********';
  for (const name of [...url.searchParams.keys()]) {
    if (/pass|secret|key|token/i.test(name)) url.searchParams.set(name, '********');
  }
  return url.href;
};
