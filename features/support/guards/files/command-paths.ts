import { basename, join, resolve } from 'node:path';
import type { Command } from '../commands.js';
import { isDirectory } from './file-state.js';

/** The paths that a command may write: what it names, also in the directories that it names. */
export const pathsIn = ({ words, directory }: Command): Set<string> => {
  const names = words
    .flatMap((word) => word.split(/[\s'"`;&|<>()=]+/))
    .filter((name) => name !== '' && name.length < 256)
    .slice(0, 100);
  const paths = new Set(names.map((name) => resolve(directory, name)));
  for (const folder of [...paths].filter(isDirectory)) {
    for (const name of names) paths.add(resolve(folder, name)).add(join(folder, basename(name)));
  }
  return paths;
};
