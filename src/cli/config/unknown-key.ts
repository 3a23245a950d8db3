import type { Generation } from '../../config/generation.js';
import { suggest } from '../../config/suggest.js';
import { StartError } from '../../server/host.js';

const sectionsOf = (keys: readonly string[]): string[] => [
  ...new Set(
    keys.flatMap((key) => {
      const parts = key.split('.');
      return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join('.'));
    }),
  ),
];

/** The refusal of a key or section that does not exist, with the one that was probably meant. */
export const unknownKey = (key: string, { values }: Generation): StartError => {
  const keys = [...values.keys()];
  const near = suggest(key, [...keys, ...sectionsOf(keys)]);
  const hint = near === undefined ? 'docs/configuration.md lists them all' : `did you mean ${near}?`;
  return new StartError(`there is no key ${key}; ${hint}`);
};
