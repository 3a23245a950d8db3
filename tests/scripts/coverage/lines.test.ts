import { describe, expect, it } from 'vitest';
import { combine, coverageTable, coveredPercent, type IstanbulReport } from '../../../scripts/coverage/lines.js';

/** A file whose statements begin in these lines, with their counts. */
const file = (...counts: readonly (readonly [line: number, count: number])[]): IstanbulReport[string] => ({
  statementMap: Object.fromEntries(counts.map(([line], id) => [String(id), { start: { line } }])),
  s: Object.fromEntries(counts.map(([, count], id) => [String(id), count])),
});

const base = {
  '/project/src/a/one.ts': file([1, 1], [2, 0], [2, 3], [4, 0], [5, 0]),
  '/project/src/b/two.ts': file([1, 0]),
};

describe('combine', () => {
  it('covers a line that one of the reports has run, and counts the lines of the first', () => {
    const other = { '/project/src/a/one.ts': file([1, 0], [3, 1], [4, 2], [5, 0]) };
    expect(combine(base, other, '/project')).toEqual([
      { path: 'src/a/one.ts', lines: 4, missed: [5] },
      { path: 'src/b/two.ts', lines: 1, missed: [1] },
    ]);
  });
});

describe('coverageTable', () => {
  it('shows each folder, the total, and the files with missed lines', () => {
    const files = combine(base, {}, '/project');
    expect(coverageTable(files).split('\n')).toEqual([
      'folder                        lines missed      %',
      'src/a                             4      2   50.0',
      'src/b                             1      1    0.0',
      'all                               5      3   40.0',
      'src/a/one.ts: 2 missed, first in line 4',
      'src/b/two.ts: 1 missed, first in line 1',
    ]);
    expect(coveredPercent(files)).toBe(40);
  });
});
