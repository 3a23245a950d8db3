import { describe, expect, it } from 'vitest';
import { compareModes, type KitReport, type ModeResult } from '../../../scripts/examples/results.js';

const mode = (name: string, changes: Partial<KitReport> = {}, results = ['a.feature:3 One: passed']): ModeResult => ({
  name,
  results,
  report: {
    mode: name,
    capture: 'pg_dump',
    setups: 1,
    scenarios: results.length,
    leaseMs: { median: 1 },
    returnMs: { median: 1 },
    leaks: [],
    ...changes,
  },
});

describe('compareModes', () => {
  it('accepts equal results', () => {
    expect(compareModes([mode('lease'), mode('fresh')])).toEqual([]);
  });

  it('accepts the report of one file, if it is not empty', () => {
    const results = ['One: passed', 'Two: passed'];
    expect(compareModes([mode('lease', { scenarios: 1 }, results)], true)).toEqual([]);
    expect(compareModes([mode('lease', { scenarios: 0 }, results)], true)).toEqual(['lease: 2 tests, but 0 leases']);
    expect(compareModes([mode('lease', { scenarios: 3 }, results)], true)).toEqual(['lease: 2 tests, but 3 leases']);
  });

  it.each([
    ['no test', [mode('lease', {}, [])], 'no test ran'],
    ['another mode than the requested one', [mode('lease'), mode('fresh', { mode: 'lease' })], /were in lease mode/],
    ['a repeated preparation', [mode('lease', { setups: 2 })], /were prepared 2 times/],
    ['a test without a lease', [mode('lease', { scenarios: 0 })], /1 tests, but 0 leases/],
    ['a leak', [mode('lease', { leaks: [{ message: 'table leaked created' }] })], /table leaked created/],
    [
      'another result',
      [mode('lease'), mode('fresh', {}, ['a.feature:3 One: failed'])],
      /^fresh: a\.feature:3 One: failed, other than in lease$/,
    ],
    [
      'a missing result',
      [mode('lease', {}, ['a.feature:3 One: passed', 'a.feature:7 Two: passed']), mode('fresh')],
      /^fresh: not a\.feature:7 Two: passed, as in lease$/,
    ],
  ] as const)('finds %s', (_, modes, problem) => {
    expect(compareModes(modes)).toContainEqual(typeof problem === 'string' ? problem : expect.stringMatching(problem));
  });
});
