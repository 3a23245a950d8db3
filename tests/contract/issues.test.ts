import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkValue } from '../../src/contract/issues.js';
import { UserRecord } from '../../src/contract/user-record.js';
import { allEndpoints } from '../../src/routes/index.js';

/** Every message that a caller can get for a value that does not fit a schema. A new one is reviewed and added here. */
const reviewed: readonly RegExp[] = [
  /^is required$/,
  /^is not a known field$/,
  /^is not an allowed name$/,
  /^either username or email is required$/,
  /^exactly one of settings, document and changes is required$/,
  /^must not be blank$/,
  /^cannot be combined with username$/,
  /^must be given once$/,
  /^must be (a string|a number|an integer|true or false|an array|an object)$/,
  /^must be one of [A-Za-z0-9_:, -]+$/,
  /^must have at (least|most) \d+ (character|item)s?$/,
  /^must have at most \d+ characters before "@"$/,
  /^must have at most \d+ characters with the domain in punycode$/,
  /^must be (at least|at most|greater than|less than) -?\d+$/,
  /^must be between 1 and 100$/,
  /^must be a UUID$/,
  /^must be an IPv4 or IPv6 address$/,
  /^must be an RFC 3339 time such as 2026-01-31T12:00:00Z(; write \+ as %2B in a query)?$/,
  /^must be an email address( with only ASCII characters before "@")?$/,
  /^must be an email address; the part (before|after) "@" [a-z .]+$/,
  /^must start with a (letter or digit|lowercase letter) and contain only [a-z, ]+$/,
  /^must be well-formed Unicode$/,
  /^must not contain (control characters|NUL)$/,
  /^must not nest deeper than 5 levels$/,
  /^must be a number that a double represents exactly$/,
  /^must be at most 16384 bytes of JSON$/,
  /^must be sent as metadata\[<key>\]=<value> or metadata\.<key>=<value>$/,
  /^must have at most 10 keys$/,
  /^requires "status": "blocked"$/,
  /^requires status "blocked"$/,
  /^requires an email$/,
  /^requires confirm_within$/,
  /^must contain at least one setting$/,
  /^must contain at most 500 settings$/,
  /^must be a duration between \d+[a-z]+ and \d+[a-z]+, such as 30s, 5m or 2h$/,
  /^must be a revision number$/,
  /^must be the next_cursor of a previous page of this list$/,
  /^must be a number of hours or days, such as 24h or 7d$/,
  /^must be between 1h and 30d$/,
];

const isReviewed = (message: string): boolean => reviewed.some((form) => form.test(message));

interface Target {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly source: 'json' | 'query';
  readonly fields: readonly string[];
}

const target = (name: string, schema: z.ZodType | undefined, source: Target['source']): Target[] =>
  schema === undefined
    ? []
    : [{ name, schema, source, fields: schema instanceof z.ZodObject ? Object.keys(schema.shape) : [] }];

const targets: readonly Target[] = [
  ...allEndpoints().flatMap(({ method, path, body, query, params }) => [
    ...target(`${method} ${path} body`, body, 'json'),
    ...target(`${method} ${path} query`, query, 'query'),
    ...target(`${method} ${path} path`, params, 'json'),
  ]),
  ...target('record of users import', UserRecord, 'json'),
];

const wrongScalar = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    0,
    -1,
    101,
    1.5,
    1e300,
    Number.MAX_SAFE_INTEGER + 2,
    '',
    'a',
    '\u0000',
    '\ud800',
  ),
  fc.constantFrom<unknown>(
    'x'.repeat(3000),
    'ada@',
    '@b',
    'é@example.org',
    'a@b',
    'A B',
    '2026-13-01',
    '2026-01-31 12:00',
    'nobody',
  ),
  fc.string({ unit: 'binary' }),
  fc.double(),
);
const wrongValue = fc.oneof(
  wrongScalar,
  fc.array(wrongScalar, { maxLength: 60 }),
  fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 12 }),
  fc.constant({ constructor: 1, a: { b: { c: { d: { e: { f: 1 } } } } } }),
  fc.constantFrom<unknown>(
    [],
    {},
    ['user', 'user'],
    Array.from({ length: 60 }, () => 'role-a'),
  ),
);
const wrongQueryValue = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string(), { minLength: 2, maxLength: 3 }));

describe('the messages of invalid values', () => {
  it('are known for every endpoint and for imported records', () => {
    expect(targets.length).toBeGreaterThan(50);
  });

  it.each(targets)('are our own: $name', ({ schema, source, fields }) => {
    const value = source === 'query' ? wrongQueryValue : wrongValue;
    const some = fc.record(Object.fromEntries(fields.map((name) => [name, value])), { requiredKeys: [] });
    const unknown = fc.dictionary(fc.string({ minLength: 1 }), value, { maxKeys: 2 });
    const input = fc.oneof(
      { weight: 4, arbitrary: fc.tuple(some, unknown).map(([one, other]): unknown => ({ ...other, ...one })) },
      { weight: 1, arbitrary: source === 'query' ? fc.constant<unknown>({}) : wrongValue },
    );
    fc.assert(
      fc.property(input, (wrong) => {
        const result = checkValue(schema, wrong, source);
        if (result.success) return;
        expect(result.errors).not.toHaveLength(0);
        for (const { message } of result.errors) expect(message).toSatisfy(isReviewed);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a message says what the value must be', () => {
  const query = allEndpoints().find(({ path }) => path === '/api/v1/admin/audit-events')?.query;
  const version = allEndpoints().find(({ path }) => path === '/api/version')?.query;
  const rollback = allEndpoints().find(({ path }) => path.endsWith('/config/rollback'))?.body;
  const reset = allEndpoints().find(({ path }) => path.endsWith('/password-reset/request'))?.body;

  it.each([
    [query, 'query', { limit: ['1', '2'] }, '/limit must be given once'],
    [query, 'query', { since: ['1', '2'] }, '/since must be given once'],
    [query, 'query', { ip: ['127.0.0.1', '::1'] }, '/ip must be given once'],
    [query, 'query', { limit: '0' }, '/limit must be between 1 and 100'],
    [query, 'query', { limit: '101' }, '/limit must be between 1 and 100'],
    [query, 'query', { limit: '1.5' }, '/limit must be an integer'],
    [query, 'query', { actor: 'ada' }, '/actor must be a UUID'],
    [version, 'query', { format: 'text' }, '/format must be one of json, plain, short, full'],
    [version, 'query', { format: ['json', 'json'] }, '/format must be given once'],
    [rollback, 'json', { revision: '1' }, '/revision must be an integer'],
    [rollback, 'json', { revision: 1.5 }, '/revision must be an integer'],
    [rollback, 'json', { revision: 0 }, '/revision must be greater than 0'],
    [rollback, 'json', {}, '/revision is required'],
    [rollback, 'json', [], ' must be an object'],
    [rollback, 'json', null, ' must be an object'],
    [reset, 'json', {}, '/username either username or email is required'],
    [reset, 'json', { username: 'ada', email: 'ada@example.org' }, '/email cannot be combined with username'],
  ] as const)('%#', (schema, source, value, expected) => {
    const result = checkValue(schema as z.ZodType, value, source);
    expect(result.success ? [] : result.errors.map(({ path, message }) => `${path} ${message}`)).toEqual([expected]);
  });
});
