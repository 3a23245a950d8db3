import { join, resolve } from 'node:path';
import { readDirectory, type DirectoryReading } from '../../config/check.js';
import { describeFault, type ConfigFault } from '../../config/fault.js';
import type { StoredRollback } from '../../config/revision-store.js';
import { configDirectory } from '../../server/foundation.js';
import { exitCodes, StartError, type Host } from '../../server/host.js';
import { paintOf } from '../terminal.js';

/** Where a host keeps its data. */
export const dataDirOf = ({ cwd }: Host): string => join(cwd, '.data');

/** The directory that is meant: the given one, or that of the service. */
export const folderOf = (host: Host, directory?: string): string =>
  directory === undefined ? configDirectory(host) : resolve(host.cwd, directory);

/** Reads a directory as a start would with the environment of the host; nothing is made for it. */
export const readFolder = (host: Host, folder: string, rollback: StoredRollback | null = null): DirectoryReading => {
  const nodeEnv = host.env['NODE_ENV'] ?? 'development';
  const options = { directory: folder, nodeEnv, env: host.env, dataDir: dataDirOf(host), rollback };
  return readDirectory({ ...options, secrets: 'optional' });
};

/** Writes every fault on a line of standard error. */
export const writeFaults = (host: Host, faults: readonly ConfigFault[]): void => {
  const paint = paintOf(host, host.stderr);
  for (const fault of faults) host.stderr.write(`${paint('bad', describeFault(fault))}\n`);
};

/**
 * What the directory of the service states.
 * @throws {StartError} exit 2 and a line for each fault
 */
export const soundReading = (
  host: Host,
  rollback: StoredRollback | null = null,
): Extract<DirectoryReading, { readonly ok: true }> => {
  const reading = readFolder(host, configDirectory(host), rollback);
  if (reading.ok) return reading;
  throw new StartError(reading.faults.map(describeFault).join('\n'), exitCodes.badConfiguration);
};
