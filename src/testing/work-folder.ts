import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'rollcall-testing-';

/** Whether a process runs; one of another user does. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** Removes the folders of processes that have ended without `stop()`. The name of a folder contains the process id. */
const sweep = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (pid === undefined || isRunning(Number(pid))) continue;
    try {
      rmSync(join(folder, name), { recursive: true, force: true });
    } catch {
      // It belongs to another user.
    }
  }
};

/** Creates a folder for one service, and removes the folders of killed processes. */
export const createWorkFolder = (folder = tmpdir()): string => {
  sweep(folder);
  return mkdtempSync(join(folder, `${prefix}${String(process.pid)}-`));
};
