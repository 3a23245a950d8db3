import { loadDefinitions } from '../steps/load.js';
import type { StepDefinition } from '../steps/problems.js';
import { asLoadError } from './load-error.js';
import { UsageError } from './options.js';

/** Whether the pattern of a parameter contains a word, or matches it only as capitalized here, like the name of an account. */
const isValueOf = (word: string, source: string): boolean => {
  const whole = new RegExp(`^(?:${source})$`);
  const words = source.replaceAll(/\\\w/g, ' ').toLowerCase();
  return words.includes(word.toLowerCase()) || (whole.test(word) && !whole.test(word.toLowerCase()));
};

const contains = ({ pattern, parameters }: StepDefinition, word: string): boolean =>
  pattern.toLowerCase().includes(word.toLowerCase()) || parameters.some((source) => isValueOf(word, source));

/** The steps that contain all words, in the pattern or as values of a parameter, sorted by pattern. */
export const findSteps = (definitions: readonly StepDefinition[], words: readonly string[]): StepDefinition[] =>
  definitions
    .filter((definition) => words.every((word) => contains(definition, word)))
    .sort((one, other) => one.pattern.localeCompare(other.pattern));

/**
 * Lists the steps that contain all words, with their files.
 * @throws {UsageError} if there are none, or a file cannot be loaded
 */
export const listSteps = async (root: string, words: readonly string[]): Promise<string> => {
  const definitions = await loadDefinitions(root).catch((error: unknown) => {
    throw asLoadError(root, error);
  });
  const found = findSteps(definitions, words);
  if (found.length === 0) throw new UsageError(`No step contains ${words.join(' and ')}.`);
  return found.map(({ pattern, file, line }) => `${pattern}\n    ${file}:${String(line)}`).join('\n');
};
