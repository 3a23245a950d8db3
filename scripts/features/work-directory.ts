import { accessSync, constants, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderPrefix, removeAbandoned } from '../../src/testing/work-folder.js';

const prefix = 'rollcall-features-';

/** The beginning of the names of a process's directories. */
export const directoryPrefix = (pid: number): string => folderPrefix(prefix, pid);

/** The parents of the directories of runs, in memory if possible. */
const parents = (): string[] => {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return ['/dev/shm', tmpdir()];
  } catch {
    return [tmpdir()];
  }
};

/**
 * Removes the directories of runs whose process has ended.
 * @returns the removed directories
 */
export const removeAbandonedRuns = (folders: readonly string[] = parents()): string[] =>
  folders.flatMap((folder) => removeAbandoned(folder, prefix));

/** Creates the directory for the files of a run; its name contains the ID of this process. */
export const createWorkDirectory = (): string =>
  mkdtempSync(join(parents()[0] ?? tmpdir(), directoryPrefix(process.pid)));
