import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../src/contract/openapi/document.js';
import type { Example } from '../../../src/contract/openapi/examples.js';
import examples from '../../../src/contract/openapi/examples.json' with { type: 'json' };
import { problems } from '../../../src/errors/codes.js';
import { allEndpoints } from '../../../src/routes/index.js';
import { mergeExamples, normalize, structureOf } from '../../../features/support/run/example-recorder.js';

const recorded = Object.entries(examples as Record<string, Example>);
const successes = recorded.filter(([key]) => key.includes(' '));
const errors = recorded.filter(([key]) => !key.includes(' '));

describe('the examples of the API document', () => {
  it.each(successes)('%s matches the schemas of its operation', (key, { request, response }) => {
    const [operationId, status] = key.split(' ');
    const contract = allEndpoints().find((endpoint) => endpoint.operationId === operationId);
    expect(contract?.responses).toHaveProperty(String(status));
    if (request !== undefined) expect(contract?.body?.safeParse(request).error).toBeUndefined();
    const schema = contract?.responses[Number(status)]?.schema;
    if (response !== undefined) expect(schema?.safeParse(response).error).toBeUndefined();
  });

  it.each(errors)('%s is a problem with this code and its status', (key, { response }) => {
    const { status, title } = problems[key as keyof typeof problems];
    expect(response).toMatchObject({ type: `urn:rollcall:problem:${key}`, code: key, status, title });
  });

  it('covers every operation that takes or returns JSON', () => {
    const covered = new Set(successes.map(([key]) => key.split(' ')[0]));
    const missing = allEndpoints().filter(({ operationId, body, responses }) => {
      const returnsJson = Object.values(responses).some(
        ({ schema, contentType }) => schema && contentType === undefined,
      );
      return (returnsJson || body !== undefined) && !covered.has(operationId);
    });
    // The document does not contain itself, and the JSON Schema of the configuration is too long for an example.
    expect(missing.map(({ operationId }) => operationId)).toEqual(['getConfigSchema', 'getOpenApiDocument']);
  });

  it('are referenced from requests and responses, and every reference resolves', () => {
    const document = openApiDocument(allEndpoints(), '1.0.0');
    const text = JSON.stringify({ paths: document.paths, responses: document.components?.responses });
    const referenced = new Set([...text.matchAll(/#\/components\/examples\/(\w+)/g)].map(([, name]) => name));
    expect([...referenced].sort()).toEqual(Object.keys(document.components?.examples ?? {}).sort());
  });
});

describe('normalize', () => {
  it('replaces identifiers, times, tokens and ports, keeps equal values equal and times apart', () => {
    const id = 'c0ffee00-1111-7222-8333-444455556666';
    const value = normalize({
      id,
      path: `/api/v1/users/${id}`,
      at: '2031-05-05T10:00:00.250Z',
      until: '2031-05-05T11:00:00.250Z',
      token: 'a1B2c3D4e5F6g7H8i9J0',
      url: 'http://127.0.0.1:40123/x',
      name: 'Ada',
    });
    expect(value.path).toBe(`/api/v1/users/${value.id}`);
    expect(value.id).not.toBe(id);
    expect(Date.parse(value.until) - Date.parse(value.at)).toBe(3_600_000);
    expect(value.token).toMatch(/^[\w-]{20}$/);
    expect(value).toMatchObject({ url: 'http://127.0.0.1:8080/x', name: 'Ada' });
    expect(normalize({ token: 'z9Y8x7W6v5U4t3S2r1Q0' }).token).toBe(normalize({ token: 'a1B2c3D4e5F6g7H8i9J0' }).token);
  });

  it('shortens arrays to two items', () => {
    expect(normalize([1, 2, 3])).toEqual([1, 2]);
  });
});

describe('structureOf', () => {
  it('depends on members and types, not on values', () => {
    expect(structureOf({ response: { a: 1, b: ['x'] } })).toBe(structureOf({ response: { b: ['y', 'z'], a: 2 } }));
    expect(structureOf({ response: { a: 1 } })).not.toBe(structureOf({ response: { a: null } }));
  });
});

describe('mergeExamples', () => {
  it('prefers the example that shows more, whatever the order, and keeps all structures', () => {
    const sparse = { 'login 200': { best: { response: { user: null } }, structures: ['a'] } };
    const rich = { 'login 200': { best: { response: { user: 'ada', id: 1 } }, structures: ['b'] } };
    expect(mergeExamples([sparse, rich])).toEqual(mergeExamples([rich, sparse]));
    expect(mergeExamples([sparse, rich])['login 200']).toEqual({ ...rich['login 200'], structures: ['a', 'b'] });
  });
});
