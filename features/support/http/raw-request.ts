/** Ends the headers; the service closes the connection after its response. */
const ending = 'Connection: close\r\n\r\n';

/** A request to the host one.example with the given request target. */
const requestFor = (target: string, method = 'GET'): string =>
  `${method} ${target} HTTP/1.1\r\nHost: one.example\r\n${ending}`;

/** Requests that are ambiguous or malformed, or look so, by their names in steps. */
const requests: Readonly<Record<string, string>> = {
  'two Host headers': `GET /api/health HTTP/1.1\r\nHost: one.example\r\nHost: two.example\r\n${ending}`,
  'no Host header': `GET /api/health HTTP/1.1\r\n${ending}`,
  'an absolute target of another host': `GET http://evil.example/api/health HTTP/1.1\r\nHost: one.example\r\n${ending}`,
  'a matching absolute target': `GET http://one.example/api/health HTTP/1.1\r\nHost: one.example\r\n${ending}`,
  'the target *': `OPTIONS * HTTP/1.1\r\nHost: one.example\r\n${ending}`,
  'two Host headers in HTTP/1.0': `GET /api/health HTTP/1.0\r\nHost: one.example\r\nHost: two.example\r\n${ending}`,
  'an invalid Host header in HTTP/1.0': `GET /api/health HTTP/1.0\r\nHost: one example\r\n${ending}`,
  'an empty Host header': `GET /api/health HTTP/1.1\r\nHost:\r\n${ending}`,
  'an absolute target with another port': requestFor('http://one.example:8080/api/health'),
  'an absolute target with another scheme': requestFor('ftp://one.example/api/health'),
  'an absolute target with user information': requestFor('http://ada@one.example/api/health'),
  'an absolute target without a host': requestFor('http:///api/health'),
  'a matching absolute target and two Host headers': `GET http://one.example/api/health HTTP/1.1\r\nHost: one.example\r\nHost: one.example\r\n${ending}`,
  'an absolute target of another host in HTTP/1.0': `GET http://evil.example/api/health HTTP/1.0\r\n${ending}`,
  'a relative target': requestFor('api/health'),
  'the target * and the method GET': requestFor('*'),
  'no Host header in HTTP/1.0': 'GET /api/health HTTP/1.0\r\n\r\n',
  'an empty Host header in HTTP/1.0': 'GET /api/health HTTP/1.0\r\nHost:\r\n\r\n',
  'a Host header in HTTP/1.0': 'GET /api/health HTTP/1.0\r\nHost: one.example:8080\r\n\r\n',
  'a matching absolute target in capital letters': requestFor('HTTP://ONE.EXAMPLE/api/health'),
  'a matching absolute target with the default port': requestFor('http://one.example:80/api/health'),
  'a matching absolute target with an empty port': requestFor('http://one.example:/api/health'),
  'a matching absolute https target': requestFor('https://one.example:443/api/health'),
  'the target * in HTTP/1.0': 'OPTIONS * HTTP/1.0\r\n\r\n',
  'OPTIONS and an absolute target without a path': requestFor('http://one.example', 'OPTIONS'),
  'an unknown method': `BREW /api/health HTTP/1.1\r\nHost: one.example\r\n${ending}`,
  'HTTP version 9.9': `GET /api/health HTTP/9.9\r\nHost: one.example\r\n${ending}`,
  'two Content-Length headers': `POST /api/v1/auth/refresh HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n${ending}{} `,
  'Content-Length and Transfer-Encoding': `POST /api/v1/auth/refresh HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n${ending}{}`,
  'a negative Content-Length': `POST /api/v1/auth/refresh HTTP/1.1\r\nHost: a\r\nContent-Length: -2\r\n${ending}{}`,
  'an invalid chunk size': `POST /api/v1/auth/refresh HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n${ending}zz\r\n{}\r\n0\r\n\r\n`,
  'an invalid folded header': `GET /api/health HTTP/1.1\r\nHost: a\r\nX-Odd: one\r\n two\r\nnot a field\r\n${ending}`,
  'a NUL in a header': `GET /api/health HTTP/1.1\r\nHost: a\r\nX-Odd: \u0000\r\n${ending}`,
  'a space before the colon of a header': `GET /api/health HTTP/1.1\r\nHost : a\r\n${ending}`,
  '100 kB of headers': `GET /api/health HTTP/1.1\r\nHost: a\r\nX-Odd: ${'x'.repeat(100_000)}\r\n${ending}`,
  'a target of 100 kB': `GET /api/v1/greet?name=${'x'.repeat(100_000)} HTTP/1.1\r\nHost: a\r\n${ending}`,
  'a space in the path': `GET /api/he alth HTTP/1.1\r\nHost: a\r\n${ending}`,
  'an unknown expectation': `GET /api/health HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n${ending}`,
  'garbage after it': 'GET /api/health HTTP/1.1\r\nHost: a\r\n\r\nRUBBISH\r\n\r\n',
  'only half of its headers': 'GET /api/health HTTP/1.1\r\nHost: one.example\r\n',
  'only half of its body':
    'POST /api/v1/auth/refresh HTTP/1.1\r\nHost: one.example\r\nContent-Type: application/json\r\n' +
    'Content-Length: 100\r\n\r\n{"refresh',
  'the handshake of another protocol': '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
};

/** Requests with a part that the step states. */
const parameterized: readonly (readonly [pattern: RegExp, request: (value: string) => string])[] = [
  [/^an absolute target and the path "(.*)"$/, (path) => requestFor(`http://one.example${path}`)],
  [/^the path (\S+) and no Host header in HTTP\/1\.0$/, (path) => `GET ${path} HTTP/1.0\r\n\r\n`],
];

/**
 * The text of the request with this name.
 * @param url the base URL of the service
 */
export const rawRequest = (name: string, url: string): string => {
  if (name === 'the URL of the health check in HTTP/1.0') return `GET ${url}/api/health HTTP/1.0\r\n\r\n`;
  const request = requests[name];
  if (request !== undefined) return request;
  for (const [pattern, build] of parameterized) {
    const value = pattern.exec(name)?.[1];
    if (value !== undefined) return build(value);
  }
  throw new TypeError(`unknown raw request "${name}"`);
};
