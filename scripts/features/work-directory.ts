import { accessSync, constants, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../../src/testing/work-folder.js';

/** The processes among which an ID is unique. Containers may share `/dev/shm` but not their processes. */
const pidNamespace = (): string => {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
};

/** The beginning of the names of a process's directories. */
export const directoryPrefix = (pid: number | string): string => `rollcall-features-${String(pid)}-${pidNamespace()}-`;

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
export const removeAbandoned = (folders: readonly string[] = parents()): string[] => {
  const pattern = new RegExp(`^${directoryPrefix(String.raw`(\d+)`)}`);
  return folders.flatMap((folder) =>
    readdirSync(folder).flatMap((name) => {
      const pid = pattern.exec(name)?.[1];
      if (pid === undefined || isRunning(Number(pid))) return [];
      const path = join(folder, name);
      rmSync(path, { recursive: true, force: true });
      return [path];
    }),
  );
};

/** Creates the directory for the files of a run; its name contains the ID of this process. */
export const createWorkDirectory = (): string =>
  mkdtempSync(join(parents()[0] ?? tmpdir(), directoryPrefix(process.pid)));
