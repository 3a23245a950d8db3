import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';
import { timed } from '../support/timing.js';

const ending = 'Connection: close\r\n\r\n';

/** A request for one.example whose target is not a path. */
const absolute = (target: string, method = 'GET'): string =>
  `${method} ${target} HTTP/1.1\r\nHost: one.example\r\n${ending}`;

/** Requests that readers could understand differently, or not at all, by how stories tell of them. */
const oddRequests: Readonly<Record<string, string>> = {
  'two Hosts': `GET /api/health HTTP/1.1\r\nHost: one.example\r\nHost: two.example\r\n${ending}`,
  'no Host': `GET /api/health HTTP/1.1\r\n${ending}`,
  'an absolute target': `GET http://evil.example/api/health HTTP/1.1\r\nHost: one.example\r\n${ending}`,
  'an absolute target of its own': `GET http://one.example/api/health HTTP/1.1\r\nHost: one.example\r\n${ending}`,
  'a star for a target': `OPTIONS * HTTP/1.1\r\nHost: one.example\r\n${ending}`,
  'two Hosts and version 1.0': `GET /api/health HTTP/1.0\r\nHost: one.example\r\nHost: two.example\r\n${ending}`,
  'a Host that is no host and version 1.0': `GET /api/health HTTP/1.0\r\nHost: one example\r\n${ending}`,
  'an empty Host': `GET /api/health HTTP/1.1\r\nHost:\r\n${ending}`,
  'an absolute target of another port': absolute('http://one.example:8080/api/health'),
  'an absolute target of another scheme': absolute('ftp://one.example/api/health'),
  'an absolute target with a user': absolute('http://ada@one.example/api/health'),
  'an absolute target without a host': absolute('http:///api/health'),
  'an absolute target of its own and two Hosts': `GET http://one.example/api/health HTTP/1.1\r\nHost: one.example\r\nHost: one.example\r\n${ending}`,
  'an absolute target elsewhere and version 1.0': `GET http://evil.example/api/health HTTP/1.0\r\n${ending}`,
  'a target that is neither': absolute('api/health'),
  'a star for a target of GET': absolute('*'),
  'version 1.0 and no Host': 'GET /api/health HTTP/1.0\r\n\r\n',
  'version 1.0, an empty Host': 'GET /api/health HTTP/1.0\r\nHost:\r\n\r\n',
  'version 1.0 and a Host': 'GET /api/health HTTP/1.0\r\nHost: one.example:8080\r\n\r\n',
  'an absolute target of its own in capitals': absolute('HTTP://ONE.EXAMPLE/api/health'),
  'an absolute target of its own with the usual port': absolute('http://one.example:80/api/health'),
  'an absolute target of its own without a port': absolute('http://one.example:/api/health'),
  'an absolute target of its own over TLS': absolute('https://one.example:443/api/health'),
  'a star for a target and version 1.0': 'OPTIONS * HTTP/1.0\r\n\r\n',
  'OPTIONS of an absolute target without a path': absolute('http://one.example', 'OPTIONS'),
  'a method that does not exist': `BREW /api/health HTTP/1.1\r\nHost: one.example\r\n${ending}`,
  'version 9.9': `GET /api/health HTTP/9.9\r\nHost: one.example\r\n${ending}`,
  'two lengths': `POST /api/v1/auth/refresh HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n${ending}{} `,
  'a length and chunks': `POST /api/v1/auth/refresh HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n${ending}{}`,
  'a negative length': `POST /api/v1/auth/refresh HTTP/1.1\r\nHost: a\r\nContent-Length: -2\r\n${ending}{}`,
  'chunks of a wrong size': `POST /api/v1/auth/refresh HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n${ending}zz\r\n{}\r\n0\r\n\r\n`,
  'a folded field': `GET /api/health HTTP/1.1\r\nHost: a\r\nX-Odd: one\r\n two\r\nnot a field\r\n${ending}`,
  'a NUL in a field': `GET /api/health HTTP/1.1\r\nHost: a\r\nX-Odd: \u0000\r\n${ending}`,
  'a space before the colon': `GET /api/health HTTP/1.1\r\nHost : a\r\n${ending}`,
  'fields of 100 kB': `GET /api/health HTTP/1.1\r\nHost: a\r\nX-Odd: ${'x'.repeat(100_000)}\r\n${ending}`,
  'a target of 100 kB': `GET /api/v1/greet?name=${'x'.repeat(100_000)} HTTP/1.1\r\nHost: a\r\n${ending}`,
  'a space in the path': `GET /api/he alth HTTP/1.1\r\nHost: a\r\n${ending}`,
  'an expectation that is unknown': `GET /api/health HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n${ending}`,
  'rubbish after it': 'GET /api/health HTTP/1.1\r\nHost: a\r\n\r\nRUBBISH\r\n\r\n',
  'the greeting of another protocol': '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
};

When('a client sends a request with {}', async function (this: RollcallWorld, kind: string) {
  const request = oddRequests[kind];
  if (request === undefined) throw new TypeError(`there is no odd request "${kind}"`);
  this.saved.set('raw', await this.sendRaw(request));
});

When('a client sends an absolute target of its own with {string}', async function (this: RollcallWorld, path: string) {
  this.saved.set('raw', await this.sendRaw(absolute(`http://one.example${path}`)));
});

When(
  'a client sends an absolute target with the address of the service by version 1.0 without Host',
  async function (this: RollcallWorld) {
    const { url } = await this.ready();
    this.saved.set('raw', await this.sendRaw(`GET ${url}/api/health HTTP/1.0\r\n\r\n`));
  },
);

When('a client sends half of the fields and waits', async function (this: RollcallWorld) {
  await timed(this, async () => {
    this.saved.set('raw', await this.sendRaw('GET /api/health HTTP/1.1\r\nHost: one.example\r\n'));
  });
});

When('a client sends half of the body and waits', async function (this: RollcallWorld) {
  const fields = 'Host: one.example\r\nContent-Type: application/json\r\nContent-Length: 100';
  await timed(this, async () => {
    this.saved.set('raw', await this.sendRaw(`POST /api/v1/auth/refresh HTTP/1.1\r\n${fields}\r\n\r\n{"refresh`));
  });
});

When('somebody asks for the path {string}', async function (this: RollcallWorld, path: string) {
  await this.send('GET', path);
});

When(
  'somebody with the token {string} asks for the path {string}',
  async function (this: RollcallWorld, token: string, path: string) {
    await this.send('GET', path, { token });
  },
);

When('somebody sends {word} to {word}', async function (this: RollcallWorld, method: string, path: string) {
  await this.send(method, path);
});

When(
  'somebody asks whether the service is healthy under the request id {string}',
  async function (this: RollcallWorld, id: string) {
    await this.send('GET', '/api/health', { headers: { 'X-Request-Id': id } });
  },
);

When(
  'somebody asks whether the service is healthy under a request id of {int} letters',
  async function (this: RollcallWorld, length: number) {
    await this.send('GET', '/api/health', { headers: { 'X-Request-Id': 'r'.repeat(length) } });
  },
);

Then('the client is answered {int} and the connection ends', function (this: RollcallWorld, status: number) {
  assert.match(this.saved.get('raw') as string, new RegExp(`^HTTP/1\\.1 ${status} `));
});

Then('the client is refused with {int} {word}', function (this: RollcallWorld, status: number, code: string) {
  const raw = this.saved.get('raw') as string;
  assert.match(raw, new RegExp(`^HTTP/1\\.1 ${status} `));
  assert.match(raw, new RegExp(`"code":"${code}"`));
});

Then(
  'the client is refused with {int} {word} at {string}',
  function (this: RollcallWorld, status: number, code: string, instance: string) {
    const raw = this.saved.get('raw') as string;
    assert.match(raw, new RegExp(`^HTTP/1\\.1 ${status} `));
    const problem = JSON.parse(raw.slice(raw.indexOf('\r\n\r\n'))) as Record<string, unknown>;
    assert.deepEqual([problem['code'], problem['instance']], [code, instance]);
  },
);

/** The head and the problem document of a raw response, without those before it. */
const lastProblem = (raw: string): { head: string; problem: Record<string, unknown> } => {
  const response = raw.slice(raw.lastIndexOf('HTTP/1.1 '));
  const [head = '', body = ''] = response.split('\r\n\r\n');
  return { head, problem: JSON.parse(body) as Record<string, unknown> };
};

const assertProblem = (raw: string, status: number, code: string): void => {
  const { head, problem } = lastProblem(raw);
  assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `));
  assert.match(head, /^Content-Type: application\/problem\+json/im);
  assert.match(head, /^Connection: close$/im);
  const requestId = /^X-Request-Id: (\S+)$/im.exec(head)?.[1];
  assert.ok(requestId !== undefined && requestId.length > 0, head);
  const { type, ...rest } = problem;
  assert.equal(type, `urn:rollcall:problem:${code}`);
  assert.deepEqual([rest['status'], rest['code'], rest['request_id']], [status, code, requestId]);
};

Then(
  'the client gets a problem document with {int} {word}, and the connection ends',
  function (this: RollcallWorld, status: number, code: string) {
    assertProblem(this.saved.get('raw') as string, status, code);
  },
);

Then(
  'the client is answered 200, and then with a problem document with {int} {word}',
  function (this: RollcallWorld, status: number, code: string) {
    const raw = this.saved.get('raw') as string;
    assert.match(raw, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\{"status":"healthy"\}HTTP\/1\.1 400 /);
    assertProblem(raw, status, code);
  },
);

Then('the log has its request id and the error code {word}', function (this: RollcallWorld, code: string) {
  const { problem } = lastProblem(this.saved.get('raw') as string);
  const lines = this.logLines().filter(({ msg }) => msg === 'invalid HTTP request');
  assert.deepEqual(
    lines.map((line) => [line['code'], line['status'], line['request_id'], typeof line['message']]),
    [[code, problem['status'], problem['request_id'], 'string']],
  );
});

Then(
  'the metric counts {int} parse error(s) with the code {word}',
  async function (this: RollcallWorld, count: number, code: string) {
    const exposed = await (await this.ready()).services.metrics.expose();
    assert.ok(exposed.split('\n').includes(`rollcall_http_parse_errors_total{code="${code}"} ${count}`), exposed);
  },
);

Then('it names the methods {string}', function (this: RollcallWorld, methods: string) {
  assert.equal(this.response.headers.get('allow'), methods);
});

Then('the request id is the one that was sent', function (this: RollcallWorld) {
  assert.match(this.response.requestId ?? '', /^(r+|trace-42:a\.b\/c=)$/);
});

Then('the request has got an id of its own', function (this: RollcallWorld) {
  assert.match(this.response.requestId ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

Then('it is answered with a head alone', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.text], [200, '']);
  assert.ok(Number(this.response.headers.get('content-length')) > 0);
});
