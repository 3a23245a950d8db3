import { readEmail } from '../../contract/email.js';
import { textFormat, type Format, list, outOfRange, valid, wrongType } from './format.js';

/** Maximum length of a URL. Below the 8,000 octets that RFC 9110, 4.1, recommends to support, because paths and tokens are appended. */
const maxUrlLength = 2_000;

const parseUrl = (raw: string): URL | null => (URL.canParse(raw) ? new URL(raw) : null);

/** A URL whose plain form is its only valid one. */
const plainUrl = (expects: string, toPlain: (url: URL) => string): Format<string> =>
  textFormat({
    expects,
    json: { type: 'string', maxLength: maxUrlLength },
    parse: (raw) => {
      const url = typeof raw === 'string' ? parseUrl(raw) : null;
      if (url === null || !/^https?:$/.test(url.protocol)) return wrongType();
      const plain = toPlain(url);
      if (raw !== plain) return wrongType(plain);
      return plain.length > maxUrlLength ? outOfRange : valid(plain);
    },
  });

/** A host to listen on: a name or an IP address, without brackets and port. */
export const host: Format<string> = textFormat({
  expects: 'a host name or IP address without a port',
  parse: (raw) => (typeof raw === 'string' && /^[A-Za-z0-9._:%-]{1,253}$/.test(raw) ? valid(raw) : wrongType()),
});

/** A domain name in ASCII (RFC 5890, 2.3.1), or an address literal in brackets (RFC 5321, 4.1.3), as sent in EHLO. */
export const hostName: Format<string> = textFormat({
  expects: 'a host name such as rollcall.example.org',
  parse: (raw) => {
    if (typeof raw !== 'string' || raw.length > 253) return wrongType();
    const isName = raw.split('.').every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label));
    return isName || /^\[(?:[0-9.]{7,15}|IPv6:[0-9A-Fa-f:.]{2,45})\]$/.test(raw) ? valid(raw) : wrongType();
  },
});

/** Where the service listens: a host, or the path of a Unix socket. */
export const listenAddress: Format<string> = textFormat({
  expects: 'a host name or IP address without a port, or a Unix socket such as unix:/run/rollcall.sock',
  // The path of a Unix socket has at most 107 bytes on Linux and 103 on macOS (sockaddr_un).
  parse: (raw) =>
    typeof raw === 'string' && /^unix:\/[^\u0000-\u001f\u007f]{1,102}$/.test(raw) ? valid(raw) : host.parse(raw),
});

/** Permission bits of a file in octal digits. A string, because YAML reads 0660 as 660. */
export const fileMode: Format<string> = textFormat({
  expects: 'three or four octal digits in quotes, such as "0660"',
  parse: (raw) => (typeof raw === 'string' && /^0?[0-7]{3}$/.test(raw) ? valid(raw) : wrongType()),
});

/** First segments of the paths of the service itself, including the admin socket. */
const ownSegments: ReadonlySet<string> = new Set(
  'api console docs pages .well-known openapi.json reset-password verify-email magic-link config status doctor'.split(
    ' ',
  ),
);

/** A path prefix, or an empty string. */
export const basePath: Format<string> = textFormat({
  expects: "a path such as /accounts, without a slash at its end and other than a path of the service itself, or ''",
  parse: (raw) => {
    if (raw === '') return valid(raw);
    if (typeof raw !== 'string' || raw.length > 200 || !raw.startsWith('/')) return wrongType();
    const segments = raw.slice(1).split('/');
    const arePlain = segments.every((segment) => /^[A-Za-z0-9._~-]+$/.test(segment) && !/^\.\.?$/.test(segment));
    return arePlain && !ownSegments.has(segments[0] ?? '') ? valid(raw) : wrongType();
  },
});

/** An HTTP origin (RFC 6454): scheme, host and port. */
export const origin = plainUrl(
  'an origin of at most 2,000 characters, without a path, such as https://accounts.example.org',
  (url) => url.origin,
);

/** The base URL of an HTTP service: scheme, host, port and path, without credentials, query and trailing slash. */
export const httpUrl = plainUrl(
  'an http(s) URL of at most 2,000 characters, without credentials and query, such as https://collector.example.org:4318',
  (url) => `${url.origin}${url.pathname}`.replace(/\/+$/, ''),
);

const originList = list(origin, 100);

/** A list of origins, or `"*"` for all of them, which is `['*']` in code. */
export const origins: Format<readonly string[]> = {
  ...originList,
  expects: `"*", or ${originList.expects}`,
  json: { anyOf: [{ const: '*' }, originList.json] },
  parse: (raw) => {
    const star = raw === '*' || (Array.isArray(raw) && raw.length === 1 && raw[0] === '*');
    return star ? valid(['*']) : originList.parse(raw);
  },
  fromText: (line) => (line.trim() === '*' ? '*' : originList.fromText(line)),
};

/**
 * A connection string as libpq accepts it (PostgreSQL manual, section 34.1.1): a URI, or keywords and values. Only the form is
 * checked here; the parts are parsed when the database is opened.
 */
export const databaseUrl: Format<string> = textFormat({
  expects: 'a URL such as postgres://user:password@host:5432/name',
  parse: (raw) =>
    typeof raw === 'string' && /^\s*(?:postgres(?:ql)?:\/\/|[a-z_]+\s*=)/i.test(raw) ? valid(raw) : wrongType(),
});

/** Masks the password of a URL, in the authority and in the query; masks all of it if the parts are ambiguous. */
export const maskUrl = (value: string): string => {
  const url = parseUrl(value);
  // An "@" there is part of a password with an unescaped "/", "?" or "#".
  if (url === null || `${url.pathname}${url.search}${url.hash}`.includes('@')) return '********';
  if (url.password !== '') url.password = '********';
  for (const name of [...url.searchParams.keys()]) {
    if (/pass|secret|key|token/i.test(name)) url.searchParams.set(name, '********');
  }
  return url.href;
};

/** A sender: a display name, which may be empty, and an email address. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** `name-addr` or `addr-spec` (RFC 5322, 3.4), split at the angle brackets. */
const shape = /^(?:(?<phrase>.*?)\s*<(?<bracketed>[^<>]*)>|(?<bare>[^<>]*))$/s;

/** The words of a display name: quoted strings (RFC 5322, 3.2.4), and characters that need no quotes. */
const words = /^(?:"(?:[^"\\]|\\.)*"|[^<>"\\@,;:])*$/s;
const word = /"((?:[^"\\]|\\.)*)"|[^\s<>"\\@,;:]+/gs;

const nameOf = (phrase: string): string =>
  [...phrase.matchAll(word)]
    .map(([whole, quoted]) => (quoted === undefined ? whole : quoted.replace(/\\(.)/gs, '$1')))
    .join(' ')
    .trim();

/**
 * Parses `Name <address>`, `"Name, Inc." <address>` or `address` (RFC 5322, 3.4, without groups and comments). The domain is
 * returned in Punycode.
 * @returns null for anything else
 */
export const parseMailbox = (text: string): Mailbox | null => {
  const { phrase = '', bracketed, bare = '' } = shape.exec(text.trim())?.groups ?? {};
  const email = readEmail((bracketed ?? bare).trim(), { singleLabel: true });
  return 'error' in email || !words.test(phrase) ? null : { name: nameOf(phrase), address: email.address };
};

/** The sender with its name in quotes, if that makes it valid. */
const quoted = (text: string): string | undefined => {
  const [, name = '', rest = ''] = /^([^<>]*?)\s*(<[^<>]*>)$/.exec(text.trim()) ?? [];
  const suggestion = `"${name.replace(/["\\]/g, '')}" ${rest}`;
  return name !== '' && parseMailbox(suggestion) !== null ? suggestion : undefined;
};

/** A sender: `Rollcall <no-reply@example.org>`. */
export const mailbox: Format<string> = textFormat({
  expects: 'a sender such as Rollcall <no-reply@example.org>; a name with a comma or colon must be in double quotes',
  parse: (raw) => {
    if (typeof raw !== 'string' || /[\u0000-\u001f\u007f-\u009f]/.test(raw) || !raw.isWellFormed()) return wrongType();
    if (raw.length > 320) return outOfRange;
    return parseMailbox(raw) === null ? wrongType(quoted(raw)) : valid(raw);
  },
});
