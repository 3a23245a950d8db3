import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** The process that holds the lock; null if it has ended. The ID of this process can only be that of an earlier one. */
const ownerOf = (path: string): number | null => {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const owner = Number(text);
  return owner > 0 && owner !== process.pid && isRunning(owner) ? owner : null;
};

/**
 * Reserves a directory for the reports of this process until it ends: two runs at once would mix their reports.
 * @throws {UsageError} if another run is using it
 */
export const lockReports = (directory: string): void => {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, '.lock');
  if (!create(path)) {
    const owner = ownerOf(path);
    if (owner === null) rmSync(path, { force: true });
    if (owner !== null || !create(path)) {
      const name = `process ${String(owner ?? ownerOf(path))}`;
      throw new UsageError(
        `Another run (${name}) is writing its reports to ${directory}. Wait until it ends, or choose another directory with ` +
          `--reports. If ${name} is not a run of the features, delete ${path}.`,
      );
    }
  }
  process.once('exit', () => {
    rmSync(path, { force: true });
  });
};
