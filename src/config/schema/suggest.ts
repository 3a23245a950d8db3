import { closest, distance } from 'fastest-levenshtein';

/**
 * The name that was probably meant.
 * @returns undefined when nothing is near: more than a third of the letters would have to change
 */
export const suggest = (name: string, known: readonly string[]): string | undefined => {
  const shortened = name.slice(0, 200);
  const lower = new Map(known.map((candidate) => [candidate.toLowerCase(), candidate]));
  const best = closest(shortened.toLowerCase(), [...lower.keys()]);
  return distance(shortened.toLowerCase(), best) <= Math.max(2, shortened.length / 3) ? lower.get(best) : undefined;
};
