import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '../../src/testing/work-folder.js';
import { UsageError } from './options.js';

/** Creates the file if it does not exist. Returns whether it did not. */
const create = (path: string): boolean => {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
};

/**
 * Reserves a directory for the reports of this process until it ends: two runs at once would mix their reports.
 * @throws {UsageError} if another run is using it
 */
export const lockReports = (directory: string): void => {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, '.lock');
  if (!create(path)) {
    const owner = Number(readFileSync(path, 'utf8'));
    const isAbandoned = !isRunning(owner);
    if (isAbandoned) rmSync(path, { force: true });
    if (!isAbandoned || !create(path)) {
      throw new UsageError(
        `Another run (process ${String(owner)}) writes its reports to ${directory}. Wait until it ends, or choose another ` +
          `directory with --reports. If process ${String(owner)} is not a run, delete ${path}.`,
      );
    }
  }
  process.once('exit', () => {
    rmSync(path, { force: true });
  });
};
