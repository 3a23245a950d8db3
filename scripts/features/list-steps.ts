import { loadDefinitions } from '../steps/load.js';
import { asLoadError } from './load-error.js';
import { UsageError } from './options.js';

/**
 * Lists step definitions with their files, sorted by pattern.
 * @param words only steps whose pattern contains all of them, in upper or lower case
 * @throws {UsageError} if there are none, or a file cannot be loaded
 */
export const listSteps = async (root: string, words: readonly string[]): Promise<string> => {
  const wanted = words.map((word) => word.toLowerCase());
  const definitions = await loadDefinitions(root).catch((error: unknown) => {
    throw asLoadError(root, error);
  });
  const found = definitions
    .filter(({ pattern }) => wanted.every((word) => pattern.toLowerCase().includes(word)))
    .sort((one, other) => one.pattern.localeCompare(other.pattern));
  if (found.length === 0) throw new UsageError(`No step contains ${words.join(' and ')}.`);
  return found.map(({ pattern, file, line }) => `${pattern}\n    ${file}:${String(line)}`).join('\n');
};
