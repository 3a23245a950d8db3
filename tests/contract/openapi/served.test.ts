import { describe, expect, it } from 'vitest';
import { accessToken, registerUser } from '../../support/registered-users.js';
import { useTestApp, type TestApp } from '../../support/test-app.js';

type Node = Readonly<Record<string, unknown>>;

let app: TestApp;
useTestApp((started) => (app = started));

/** Headers of HTTP itself and of the security policy, which are the same for every response. */
const general =
  /^(?:connection|keep-alive|date|transfer-encoding|vary|allow|cache-control|strict-transport-security|origin-agent-cluster|referrer-policy|content-(?:type|length|encoding|security-policy)|cross-origin-.+|x-(?:content-type-options|dns-prefetch-control|download-options|frame-options|permitted-cross-domain-policies|xss-protection))$/;

const resolve = (document: Node, value: unknown): Node => {
  const { $ref: pointer } = value as { readonly $ref?: string };
  if (pointer === undefined) return value as Node;
  return pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((node, name) => (node as Node)[name], document) as Node;
};

/** What the document says about a response: the names of its headers and its media types. */
const documented = async (
  operation: string,
  status: number,
): Promise<{ readonly headers: string[]; readonly types: string[] }> => {
  const document = (await app.send('GET', '/openapi.json')).body as Node;
  const [method = '', path = ''] = operation.split(' ');
  const { responses } = ((document['paths'] as Node)[path] as Node)[method.toLowerCase()] as { responses: Node };
  const { headers, content = {} } = resolve(document, responses[String(status)]) as { headers: Node; content?: Node };
  return { headers: Object.keys(headers).map((name) => name.toLowerCase()), types: Object.keys(content) };
};

interface Case {
  readonly status: number;
  readonly operation: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly sent?: readonly string[];
}

const limited = ['ratelimit', 'ratelimit-policy'];

describe('a response has only the headers and the media type of the document', () => {
  it.each<Case>([
    { status: 200, operation: 'GET /api/v1/greet', sent: ['x-cache', ...limited] },
    { status: 401, operation: 'POST /api/v1/auth/login', body: { username: 'x', password: '' }, sent: limited },
    { status: 422, operation: 'POST /api/v1/auth/register', body: {}, sent: limited },
    { status: 401, operation: 'POST /api/v1/auth/refresh', body: { refresh_token: '' }, sent: limited },
    { status: 401, operation: 'POST /api/v1/auth/email-verification/request', sent: limited },
    { status: 401, operation: 'GET /api/v1/greet', headers: { Authorization: 'Bearer x' }, sent: limited },
    {
      status: 415,
      operation: 'POST /api/v1/auth/logout',
      body: {},
      headers: { 'Content-Encoding': 'zstd' },
      sent: ['accept-encoding'],
    },
    { status: 200, operation: 'GET /docs/{asset}', path: '/docs/docs.css' },
    { status: 200, operation: 'GET /docs/{asset}', path: '/docs/start.js' },
    { status: 200, operation: 'GET /pages/{asset}', path: '/pages/link.css' },
    { status: 200, operation: 'GET /pages/{asset}', path: '/pages/link.js' },
  ])('$operation $status $path', async ({ status, operation, path, body, headers = {}, sent = [] }) => {
    const [method = '', template = ''] = operation.split(' ');
    const response = await app.send(method, path ?? template, { body, headers });
    expect(response.status).toBe(status);
    const { headers: names, types } = await documented(operation, status);
    const own = [...response.headers.keys()].filter((name) => !general.test(name));
    expect(own).toEqual(expect.arrayContaining([...sent]));
    expect(own.filter((name) => !names.includes(name))).toEqual([]);
    expect(types).toContain(response.headers.get('content-type')?.split(';')[0]);
  });

  it('GET /api/v1/users/me 304', async () => {
    const token = await accessToken(app, await registerUser(app));
    const etag = (await app.send('GET', '/api/v1/users/me', { token })).headers.get('etag') ?? '';
    const response = await app.send('GET', '/api/v1/users/me', { token, headers: { 'If-None-Match': etag } });
    const { headers: names } = await documented('GET /api/v1/users/me', 304);
    expect([...response.headers.keys()].filter((name) => !general.test(name) && !names.includes(name))).toEqual([]);
    expect([response.status, response.headers.has('x-cache')]).toEqual([304, true]);
  });

  it('POST /api/v1/auth/register 409', async () => {
    expect((await documented('POST /api/v1/auth/register', 409)).headers).toContain('retry-after');
  });
});
