import fs from 'node:fs';
import { dirname } from 'node:path';
import {
  contentOf,
  exists,
  isDirectory,
  linkOf,
  restoreAttributes,
  type Attributes,
  type PathState,
} from './file-state.js';

/** How a path differed from its earlier state. */
export type Difference = 'created' | 'changed' | 'removed directory' | 'attributes';

const isDirectoryMode = (mode: number): boolean => (mode & fs.constants.S_IFMT) === fs.constants.S_IFDIR;

const createParent = (path: string): void => {
  fs.mkdirSync(dirname(path), { recursive: true });
};

/** Renames a directory back. */
export const moveBack = (from: string, to: string): void => {
  if (exists(from)) throw new Error(`${from} exists`);
  createParent(from);
  fs.renameSync(to, from);
};

/**
 * Puts a path back into an earlier state.
 * @param remove removes a file or directory
 * @returns how it differed
 */
export const restorePath = (
  path: string,
  { content, attributes, link }: PathState,
  remove: (path: string) => void,
): Difference | undefined => {
  if (link !== undefined) {
    if (linkOf(path) === link) return restoreTarget(path, content, attributes);
    if (exists(path)) remove(path);
    createParent(path);
    fs.symlinkSync(link, path);
    return restoreTarget(path, content, attributes) ?? 'changed';
  }
  if (content === null) {
    if (!exists(path)) return undefined;
    remove(path);
    return 'created';
  }
  const wasDirectory = attributes !== undefined && isDirectoryMode(attributes.mode);
  if (!wasDirectory && content === undefined) return restoreTarget(path, content, attributes);
  if (exists(path) && (linkOf(path) !== undefined || isDirectory(path) !== wasDirectory)) remove(path);
  if (!wasDirectory || exists(path)) return restoreTarget(path, content, attributes);
  fs.mkdirSync(path, { recursive: true });
  restoreAttributes(path, attributes);
  return 'removed directory';
};

/** Restores attributes, and the content of a file. */
const restoreTarget = (
  path: string,
  content: PathState['content'],
  attributes: Attributes | undefined,
): Difference | undefined => {
  let [haveChanged, failure]: [boolean, unknown] = [false, undefined];
  try {
    // First, since permissions may prevent reading or writing the file.
    haveChanged = restoreAttributes(path, attributes);
  } catch (error) {
    failure = error;
  }
  if (Buffer.isBuffer(content) && contentOf(path)?.equals(content) !== true) {
    createParent(path);
    if (attributes !== undefined && exists(path)) fs.chmodSync(path, attributes.mode | 0o600);
    fs.writeFileSync(path, content);
    restoreAttributes(path, attributes);
    return 'changed';
  }
  if (failure !== undefined) throw failure as Error;
  return haveChanged ? 'attributes' : undefined;
};
