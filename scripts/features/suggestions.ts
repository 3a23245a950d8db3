import { distance } from 'fastest-levenshtein';
import { normalizePattern } from '../steps/problems.js';

/** How much a step may differ from the words of a pattern: 0 for no difference, 1 if as many words differ as the pattern has. */
const tolerance = 0.45;

/**
 * A word too many, too few or different costs 1. A misspelled one costs the share of its letters that differ;
 * above this limit, it counts as a different word.
 */
const misspelling = 0.5;

/** Costs of a parameter without a value, and of each further word of a value. */
const costs = { noValue: 0.05, furtherWord: 0.1 } as const;

/** A parameter of a pattern, or a quoted text of a step. */
const value = '{}';

/** The most texts to which the alternatives of one pattern are expanded. */
const maxTexts = 64;

/** A text in quotes, JSON, or a path: one value of a step. */
const quotedOrPath = /"(?:[^"\\]|\\.)*"|'[^']*'(?!\w)|\{.*\}|\[.*\]|\/\S+/g;

const plainWords = /^[\w ',.-]*$/;

/** The texts of a pattern, one for each combination of its alternatives. Other groups of a regular expression are parameters. */
const textsOf = (pattern: string): string[] => {
  const texts = [pattern.startsWith('/') ? pattern : pattern.replaceAll(/\([^)]*\)/g, '')];
  const choice = pattern.startsWith('/') ? /\((?:\?:)?([^()]*)\)(\??)/ : /([\w-]+(?:\/[\w-]+)+)/;
  for (let index = 0; index < texts.length && texts.length < maxTexts; index += 1) {
    const text = texts[index] ?? '';
    const [group, content = '', optional = ''] = choice.exec(text) ?? [];
    if (group === undefined) continue;
    const alternatives = content.split(/[|/]/);
    const chosen = alternatives.every((each) => plainWords.test(each)) ? alternatives : [` ${value} `];
    texts.splice(
      index,
      1,
      ...[...chosen, ...(optional === '' ? [] : [''])].map((each) => text.replace(group, () => each)),
    );
    index -= 1;
  }
  return texts;
};

const wordsOf = (text: string): string[] =>
  normalizePattern(text)
    .split(' ')
    .filter((word) => word !== '');

/** Whether two neighbouring letters are swapped. */
const isSwapped = (one: string, other: string): boolean => {
  const index = [...one].findIndex((letter, position) => letter !== other[position]);
  const swapped = `${one.slice(0, index)}${one[index + 1] ?? ''}${one[index] ?? ''}${one.slice(index + 2)}`;
  return index >= 0 && swapped === other;
};

const wordCost = (one: string, other: string): number => {
  const share = (isSwapped(one, other) ? 1 : distance(one, other)) / Math.max(one.length, other.length);
  return share <= misspelling ? share : 1;
};

/** The edit distance of words, in which a parameter of the pattern takes any words of the step. */
const differenceOf = (step: readonly string[], pattern: readonly string[]): number => {
  let row = [0, ...step.map((_, index) => index + 1)];
  for (const expected of pattern) {
    const isParameter = expected === value;
    const next = [(row[0] ?? 0) + (isParameter ? costs.noValue : 1)];
    step.forEach((word, index) => {
      const [diagonal = 0, above = 0, left = 0] = [row[index], row[index + 1], next[index]];
      next.push(
        isParameter
          ? Math.min(diagonal, above + costs.noValue, left + costs.furtherWord)
          : Math.min(diagonal + wordCost(word, expected), above + 1, left + 1),
      );
    });
    row = next;
  }
  return row.at(-1) ?? 0;
};

/** How much a step differs from one text of a pattern. Text that has only parameters says nothing. */
const shareOf = (step: readonly string[], pattern: readonly string[]): number => {
  const count = pattern.filter((word) => word !== value).length;
  return count === 0 ? 1 : differenceOf(step, pattern) / count;
};

/**
 * Finds the patterns that are most similar to the text of a step, whatever its values are.
 * @returns at most three, the most similar first
 */
export const similarSteps = (text: string, patterns: readonly string[]): string[] => {
  const step = wordsOf(text.replaceAll(quotedOrPath, ` ${value} `));
  return [...new Set(patterns)]
    .map((pattern) => ({ pattern, share: Math.min(...textsOf(pattern).map((each) => shareOf(step, wordsOf(each)))) }))
    .filter(({ share }) => share <= tolerance)
    .sort((one, other) => one.share - other.share)
    .slice(0, 3)
    .map(({ pattern }) => pattern);
};
