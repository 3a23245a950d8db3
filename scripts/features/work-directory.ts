import { accessSync, constants, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../../src/testing/work-folder.js';

const prefix = 'rollcall-features-';

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
export const removeAbandoned = (folders: readonly string[] = parents()): string[] =>
  folders.flatMap((folder) =>
    readdirSync(folder).flatMap((name) => {
      const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
      if (pid === undefined || isRunning(Number(pid))) return [];
      const path = join(folder, name);
      rmSync(path, { recursive: true, force: true });
      return [path];
    }),
  );

/** Creates the directory for the files of a run; its name contains the ID of this process. */
export const createWorkDirectory = (): string =>
  mkdtempSync(join(parents()[0] ?? tmpdir(), `${prefix}${String(process.pid)}-`));
