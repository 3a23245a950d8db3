import { describe, expect, it } from 'vitest';
import { errorsOf } from '../../../src/contract/contract.js';
import { openApiDocument } from '../../../src/contract/openapi/document.js';
import { problems } from '../../../src/errors/codes.js';
import { allEndpoints } from '../../../src/routes/index.js';

type Node = Readonly<Record<string, unknown>>;

const document = openApiDocument(allEndpoints(), '1.2.3') as unknown as Node;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** What a `$ref` points to, or the value itself. */
const resolve = (value: unknown): Node => {
  const { $ref: pointer } = value as { $ref?: string };
  if (pointer === undefined) return value as Node;
  return pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((node, name) => (node as Node)[name], document) as Node;
};

const at = (node: Node, ...names: readonly string[]): Node =>
  names.reduce<Node>((inner, name) => resolve(inner[name]), node);

const operations = Object.entries(document['paths'] as Record<string, Record<string, Node>>).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

/** Every object of the document with its path. */
const nodes = (value: unknown, path = ''): { node: Node; path: string }[] =>
  isNode(value)
    ? [{ node: value, path }, ...Object.entries(value).flatMap(([name, inner]) => nodes(inner, `${path}/${name}`))]
    : [];

const codesOf = (schema: unknown): string[] => {
  const { oneOf, properties } = resolve(schema) as { oneOf?: unknown[]; properties?: { code?: { enum?: string[] } } };
  return oneOf ? oneOf.flatMap(codesOf) : (properties?.code?.enum ?? []);
};

const parametersOf = (operation: Node): Node[] => ((operation['parameters'] ?? []) as unknown[]).map(resolve);

describe('the OpenAPI document', () => {
  it('has at most 3 kB per endpoint', () => {
    expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThanOrEqual(allEndpoints().length * 3000);
  });

  it('omits patterns next to a format or an integer, and the bounds of safe integers', () => {
    const noise = nodes(document).filter(
      ({ node: { pattern, format, type, minimum, maximum } }) =>
        (pattern !== undefined && (format !== undefined || type === 'integer')) ||
        [minimum, maximum].some((bound) => Math.abs(Number(bound)) >= Number.MAX_SAFE_INTEGER),
    );
    expect(noise.map(({ path }) => path)).toEqual([]);
  });

  it('names every operation by a verb in lowerCamelCase, once', () => {
    const ids = operations.map(({ operation }) => operation['operationId']);
    expect(ids.filter((id) => !/^[a-z][a-zA-Z0-9]*$/.test(String(id)))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(
      expect.arrayContaining(['login', 'requestPasswordReset', 'setUserRoles', 'endOtherSessions', 'rotateSigningKey']),
    );
  });

  it('names the server by its base path, and by its public URL if it is known', () => {
    const urlsOf = (server: Parameters<typeof openApiDocument>[2]) =>
      openApiDocument(allEndpoints(), '1.2.3', server).servers?.map(({ url }) => url);
    expect(urlsOf({})).toEqual(['/']);
    expect(urlsOf({ basePath: '/accounts', publicUrl: 'https://example.org' })).toEqual([
      '/accounts',
      'https://example.org/accounts',
    ]);
  });

  it('describes every operation and every parameter', () => {
    const silent = operations.flatMap(({ path, method, operation }) => [
      ...(operation['description'] === undefined || operation['summary'] === undefined ? [`${method} ${path}`] : []),
      ...parametersOf(operation)
        .filter(({ description }) => description === undefined)
        .map(({ name }) => `${method} ${path} ${String(name)}`),
    ]);
    expect(silent).toEqual([]);
  });

  it('shares what is the same: each error response is a component', () => {
    const inline = operations.flatMap(({ path, method, operation }) =>
      Object.entries(operation['responses'] as Node)
        .filter(([status, response]) => Number(status) >= 400 && (response as Node)['$ref'] === undefined)
        .map(([status]) => `${method} ${path} ${status}`),
    );
    // The body of an instance that is not ready is not a problem document.
    expect(inline).toEqual(['get /api/ready 503']);
  });
});

describe.each(allEndpoints().map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
  '%s',
  (_name, endpoint) => {
    const operation = at(
      document['paths'] as Node,
      endpoint.path.replaceAll(/:([A-Za-z_]+)/g, '{$1}'),
      endpoint.method.toLowerCase(),
    );
    const headers = parametersOf(operation)
      .filter((parameter) => parameter['in'] === 'header')
      .map(({ name }) => name);

    it('lists the codes of each status', () => {
      const expected = new Map<number, string[]>();
      for (const code of errorsOf(endpoint)) {
        const { status } = problems[code];
        if (!(status in endpoint.responses)) expected.set(status, [...(expected.get(status) ?? []), code]);
      }
      for (const [status, codes] of expected) {
        const schema = at(operation, 'responses', String(status), 'content', 'application/problem+json')['schema'];
        expect(codesOf(schema).sort()).toEqual(codes.sort());
      }
    });

    it('declares the conditions and the idempotency key that it honours', () => {
      expect(headers.includes('If-Match')).toBe(endpoint.errors.includes('precondition_failed'));
      expect(headers.includes('If-None-Match')).toBe(304 in endpoint.responses);
      expect(headers.includes('Idempotency-Key')).toBe(endpoint.idempotent === true);
      const success = Object.entries(operation['responses'] as Node).find(([status]) => status.startsWith('2'));
      const sent = Object.keys((success?.[1] as { headers: object }).headers);
      expect(sent.includes('Idempotency-Replayed')).toBe(endpoint.idempotent === true);
    });

    it('says which permission it requires', () => {
      const { permission } = endpoint;
      expect(operation['description']).toMatch(
        permission === undefined ? /\.$/ : `Requires the \`${permission}\` permission`,
      );
    });
  },
);
