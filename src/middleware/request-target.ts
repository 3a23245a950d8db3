import type { IncomingMessage } from 'node:http';

/** RFC 3986, 3.2.2: a name or an IP address, and a port. */
const hostForm = /^(?<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::(?<port>\d{0,5}))?$/;

/** RFC 9112, 3.2.2: the scheme, the authority, and the path with the query. */
const absoluteForm = /^(?<scheme>https?):\/\/(?<authority>[^/?#]*)(?<rest>.*)$/i;

/** Default ports (RFC 9110, 4.2.1 and 4.2.2). */
const defaultPorts = { http: '80', https: '443' } as const;

/** The target of a request line, or why it is invalid. */
export type RequestTarget = { readonly target: string } | { readonly target: string; readonly error: string };

const hostHeaders = ({ rawHeaders }: IncomingMessage): number => {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === 'host') count += 1;
  }
  return count;
};

/** An authority in lower case with its port, for comparison; undefined if it is malformed. */
const comparable = (authority: string, scheme: keyof typeof defaultPorts): string | undefined => {
  const { host, port } = hostForm.exec(authority)?.groups ?? {};
  if (host === undefined) return undefined;
  return `${host.toLowerCase()}:${port === undefined || port === '' ? defaultPorts[scheme] : String(Number(port))}`;
};

/** The address that a connection was made to, in the form of a Host field. */
const localAuthority = ({ socket }: IncomingMessage): string => {
  const address = (socket.localAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  return `${address.includes(':') ? `[${address}]` : address}:${String(socket.localPort)}`;
};

/** Host is optional in HTTP/1.0; if it is absent, the authority is the local address of the connection. */
const needsNoHost = ({ httpVersionMajor, httpVersionMinor }: IncomingMessage): boolean =>
  httpVersionMajor === 1 && httpVersionMinor === 0;

const decodes = (target: string): boolean => {
  if (!target.includes('%')) return true;
  try {
    decodeURIComponent(target);
    return true;
  } catch {
    return false;
  }
};

/** RFC 9112, 3.2.2 and 3.2.4: an empty path means `/`, or the whole server (`*`) with OPTIONS. */
const originForm = (rest: string, method: string | undefined): string => {
  if (rest.startsWith('/')) return rest;
  return rest === '' && method === 'OPTIONS' ? '*' : `/${rest}`;
};

/**
 * Reads the request target and the Host field (RFC 9112, 3.2). An absolute target is accepted if its authority equals
 * Host, with http or https, since a proxy may terminate TLS.
 * @returns the target in origin form (path and query, unchanged), or `*`
 */
export const parseRequestTarget = (request: IncomingMessage): RequestTarget => {
  const sent = request.url ?? '';
  const absolute = absoluteForm.exec(sent)?.groups;
  const target = absolute ? originForm(absolute['rest'] ?? '', request.method) : sent;
  const host = request.headers.host?.trim() ?? '';
  const isPath = target.startsWith('/') || (target === '*' && request.method === 'OPTIONS');
  if (!isPath) return { target, error: 'The request target must be in origin form (a path) or absolute form (a URL).' };
  if (hostHeaders(request) > 1) return { target, error: 'The request has more than one Host header.' };
  if (!hostForm.test(host) && !(host === '' && needsNoHost(request))) {
    return { target, error: 'The Host header is missing or invalid.' };
  }
  if (absolute) {
    const scheme = absolute['scheme']?.toLowerCase() === 'https' ? 'https' : 'http';
    const named = comparable(absolute['authority'] ?? '', scheme);
    const expected = comparable(host === '' ? localAuthority(request) : host, scheme);
    if (named === undefined || named !== expected) {
      return { target, error: 'The host in the request target differs from the Host header.' };
    }
  }
  if (!decodes(target)) return { target, error: 'The path or query contains invalid percent-encoding.' };
  return { target };
};
