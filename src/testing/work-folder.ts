import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const testingPrefix = 'rollcall-testing-';

/** Whether a process runs; one of another user does. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** The processes among which an ID is unique. Containers may share a folder but not their processes. */
const pidNamespace = (): string => {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
};

/**
 * The beginning of the names of a process's folders.
 * @param prefix what the folders are for
 */
export const folderPrefix = (prefix: string, pid: number | string): string =>
  `${prefix}${String(pid)}-${pidNamespace()}-`;

/**
 * Removes the folders whose process has ended.
 * @returns the removed folders
 */
export const removeAbandoned = (folder: string, prefix: string): string[] => {
  const pattern = new RegExp(`^${folderPrefix(prefix, String.raw`(\d+)`)}`);
  return readdirSync(folder).flatMap((name) => {
    const pid = pattern.exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) return [];
    const path = join(folder, name);
    try {
      rmSync(path, { recursive: true, force: true });
      return [path];
    } catch {
      // It belongs to another user.
      return [];
    }
  });
};

/** Creates a folder for one service, and removes the folders of killed processes. */
export const createWorkFolder = (folder = tmpdir()): string => {
  removeAbandoned(folder, testingPrefix);
  return mkdtempSync(join(folder, folderPrefix(testingPrefix, process.pid)));
};
