import { describe, expect, it } from 'vitest';
import { findProblems, type StepDefinition } from '../../scripts/steps/problems.js';

const definition = (pattern: string, line: number): StepDefinition => ({
  pattern,
  file: 'features/steps/example.ts',
  line,
  parameters: [],
  matches: (text) => new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '\\S+')}$`).test(text),
});

describe('findProblems', () => {
  const login = definition('{word} logs in', 3);

  it('accepts definitions that are used and different', () => {
    const logout = definition('{word} logs out', 7);
    expect(findProblems([login, logout], ['Ada logs in', 'Ada logs out'])).toEqual([]);
  });

  it('reports a definition that no feature uses', () => {
    expect(findProblems([login], ['Ada logs out'])).toEqual([
      'features/steps/example.ts:3: no feature uses "{word} logs in"',
    ]);
  });

  it.each([
    ['the response has {int} items', 'a response has {word} item'],
    ['the account is blocked', 'the account was blocked'],
    ['the key is {string}, then saved', 'the key is {string} saved'],
  ])('reports the near-duplicates "%s" and "%s"', (one, other) => {
    const definitions = [
      { ...definition(one, 3), matches: () => true },
      { ...definition(other, 9), matches: () => true },
    ];
    expect(findProblems(definitions, ['any'])).toEqual([
      `features/steps/example.ts:9: "${other}" is a near-duplicate of "${one}" (features/steps/example.ts:3)`,
    ]);
  });

  it('reports definitions beyond the limit', () => {
    const definitions = ['one', 'two', 'three'].map((pattern, index) => definition(pattern, index + 1));
    expect(findProblems(definitions, ['one', 'two', 'three'], 2)).toEqual([
      'features/steps/example.ts:3: 3 step definitions; 2 are allowed',
    ]);
  });
});
