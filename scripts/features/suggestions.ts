import { distance } from 'fastest-levenshtein';
import { normalizePattern } from '../steps/problems.js';

/** Share of the text that may differ. */
const tolerance = 0.45;

/** A step without its values, in the form of a normalized pattern. */
const normalizeStep = (text: string): string =>
  normalizePattern(
    text
      .replaceAll(/"[^"]*"|'[^']*'|\b\d[\d.,]*\b/g, ' {x} ')
      .replaceAll(/(?<=^|\s)[A-Z][a-z]+(?:'s)?\b/g, (name) => (name.endsWith("'s") ? '{x} s' : '{x}')),
  ).replaceAll(/\{x?\}/g, '{}');

/**
 * Finds the patterns that are most similar to the text of a step.
 * @returns at most three, the most similar first
 */
export const similarSteps = (text: string, patterns: readonly string[]): string[] => {
  const wanted = normalizeStep(text);
  return [...new Set(patterns)]
    .map((pattern) => {
      const normalized = normalizePattern(pattern);
      return { pattern, share: distance(wanted, normalized) / Math.max(wanted.length, normalized.length, 1) };
    })
    .filter(({ share }) => share <= tolerance)
    .sort((one, other) => one.share - other.share)
    .slice(0, 3)
    .map(({ pattern }) => pattern);
};
