import type { Rule } from '../finding.js';

/** Lines at which a file has outgrown its subject. */
const limits: readonly { readonly files: RegExp; readonly lines: number }[] = [
  { files: /^(?:src|scripts|migrations|features)\/.*\.ts$/, lines: 250 },
  { files: /\.feature$/, lines: 150 },
];

const lineCount = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);

/** No source file over 250 lines, no feature over 150. */
export const size: Rule = {
  name: 'size',
  reason: 'a file that is read in one go is understood in one go; a longer one holds two subjects',
  check: ({ files }) =>
    files.flatMap(({ path, text }) => {
      const limit = limits.find(({ files: pattern }) => pattern.test(path))?.lines ?? Infinity;
      const lines = lineCount(text);
      return lines > limit ? [{ file: path, line: limit + 1, message: `${lines} lines, ${limit} at most` }] : [];
    }),
};
