import { isDeepStrictEqual } from 'node:util';
import type { Pinned } from '../files/environment.js';
import type { Loaded } from './load.js';

const isFile = (source: string): boolean => source.startsWith('file:');

/** The value of a key in the files; undefined where no file sets it. */
const statedByFiles = ({ layers }: Loaded, key: string): unknown =>
  layers.findLast(({ source, values }) => isFile(source) && values.has(key))?.values.get(key);

/** Whether a file other than default.yaml, which lists every key, sets the key. */
const isOverridden = ({ layers }: Loaded, key: string): boolean =>
  layers.some(({ source, values }) => isFile(source) && source !== 'file:default.yaml' && values.has(key));

/**
 * Keys whose value in the files has no effect, since the environment sets a different one: those edited since the previous
 * load, and those set in a file other than default.yaml.
 */
export const ineffectiveEdits = (previous: Loaded, next: Loaded): readonly Pinned[] =>
  next.pinned.filter(({ key }) => {
    const stated = statedByFiles(next, key);
    if (stated === undefined || isDeepStrictEqual(stated, next.values.get(key))) return false;
    return isOverridden(next, key) || !isDeepStrictEqual(stated, statedByFiles(previous, key));
  });
