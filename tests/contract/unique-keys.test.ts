import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDuplicateKey } from '../../src/contract/unique-keys.js';

describe('findDuplicateKey', () => {
  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"":1,"":2}', ''],
    ['{"\\"":1,"\\u0022":2}', '"'],
    ['[{"b":{"c":1, "c":2}}]', 'c'],
    ['{"a":{"x":1},"b":[1,{"y":2}],"a":3}', 'a'],
    ['{"a":{"b":1},"b":2,"c":[],"b":3}', 'b'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{ "a" : "}" , "a" : "{" }', 'a'],
  ])('finds the one in %s', (json, name) => {
    expect(findDuplicateKey(json)).toBe(name);
  });

  it.each([
    '{"a":"a"}',
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":2}]',
    '["a","a"]',
    '"a"',
    '1',
    '{"a":["a","a"],"b":"a"}',
    '{"a\\\\":1,"a":2}',
  ])('finds none in %s', (json) => {
    expect(findDuplicateKey(json)).toBeUndefined();
  });

  it('finds none in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(findDuplicateKey(JSON.stringify(JSON.parse(json)))).toBeUndefined();
      }),
    );
  });

  it('finds a member that is written again, at any depth', () => {
    const wrapped = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constant('{"twice":1,"x":[],"twice":2}'),
        fc.tuple(fc.string(), tie('value')).map(([name, inner]) => `{${JSON.stringify(name)}:${String(inner)}}`),
        fc.tuple(fc.json(), tie('value')).map(([other, inner]) => `[${other},${String(inner)}]`),
      ),
    }));
    fc.assert(
      fc.property(wrapped.value, (json) => {
        expect(findDuplicateKey(json)).toBeDefined();
      }),
    );
  });
});
