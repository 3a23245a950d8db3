import type { Rule } from '../rule.js';

const limits: readonly { readonly files: RegExp; readonly lines: number }[] = [
  { files: /^(?:src|packages|scripts|migrations|features|tests)\/.*\.ts$/, lines: 250 },
  { files: /\.feature$/, lines: 150 },
];

const countLines = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);

/** At most 250 lines in a TypeScript file, 150 in a feature file. */
export const fileSize: Rule = {
  name: 'file-size',
  reason: 'A file that is longer usually has two subjects: split it.',
  check: ({ files }) =>
    files.flatMap(({ path, text }) => {
      const limit = limits.find(({ files: pattern }) => pattern.test(path))?.lines ?? Infinity;
      const lines = countLines(text);
      return lines > limit
        ? [{ file: path, line: limit + 1, message: `${lines} lines, at most ${limit} are allowed` }]
        : [];
    }),
};
