import { lineAt } from '../architecture/project.js';
import { libraryNames, metaphor, phrases } from './phrases.js';
import { identifiersOf, proseOf, type CheckedFile } from './prose.js';

/** A phrase or a name that should be replaced. */
export interface Finding {
  readonly file: string;
  /** 1-based line. */
  readonly line: number;
  readonly message: string;
}

const patterns = phrases.map(({ pattern, instead }) => ({
  pattern: new RegExp(pattern.source.replaceAll(' ', String.raw`\s+`), 'gi'),
  instead,
}));

/** The words of a name in camelCase, PascalCase, snake_case or kebab-case. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);

const metaphorIn = (name: string): string | undefined => wordsOf(name).find((word) => metaphor.test(word));

/** Finds the phrases and names of `phrases.ts` in the comments, strings, prose, identifiers and the path of a file. */
export const findWording = (file: CheckedFile): Finding[] => {
  const prose = proseOf(file);
  const finding = (offset: number, message: string): Finding => ({
    file: file.path,
    line: lineAt(file.text, offset),
    message,
  });
  const metaphorInPath = metaphorIn(file.path);
  return [
    ...(metaphorInPath === undefined ? [] : [finding(0, `“${metaphorInPath}” in the path: use a standard term`)]),
    ...patterns.flatMap(({ pattern, instead }) =>
      [...prose.matchAll(pattern)].map((match) =>
        finding(match.index, `“${match[0].replace(/\s+/g, ' ')}”: write ${instead}`),
      ),
    ),
    ...identifiersOf(file).flatMap(({ name, offset }) => {
      const word = libraryNames.has(name) ? undefined : metaphorIn(name);
      return word === undefined ? [] : [finding(offset, `“${word}” in ${name}: use a standard term`)];
    }),
  ].sort((a, b) => a.line - b.line);
};
