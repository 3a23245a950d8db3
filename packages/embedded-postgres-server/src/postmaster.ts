import { readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { commandOf } from './process-table.js';

/** Content of `postmaster.pid` in a data directory. */
export interface PostmasterFile {
  readonly pid: number;
  /** Start of the server in seconds of Unix time; distinguishes runs with the same PID. */
  readonly startedAtSeconds: number;
  readonly port: number;
  /** Whether the server accepts connections: the eighth line, which pg_ctl waits for too. */
  readonly ready: boolean;
}

/** Reads `postmaster.pid`; null when it is missing or incomplete. */
export const readPostmaster = async (dataDir: string): Promise<PostmasterFile | null> => {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (!(pid > 0)) return null;
  const startedAtSeconds = Number.parseInt(lines[2] ?? '', 10);
  return { pid, startedAtSeconds, port: Number.parseInt(lines[3] ?? '', 10), ready: lines[7]?.trim() === 'ready' };
};

/** Whether a process has a data directory as its current folder, as PostgreSQL does, even if it was renamed; only on Linux. */
const isIn = async (pid: number, dataDir: string): Promise<boolean> => {
  const current = await readlink(`/proc/${pid}/cwd`).catch(() => null);
  return current !== null && current === (await realpath(dataDir).catch(() => null));
};

/**
 * Finds the server of a data directory.
 * @returns `absent` without a PID file; `running`; `dead` when the process has ended; `foreign` when another program
 * has the PID, which PostgreSQL itself would mistake for a running server
 */
export const findPostmaster = async (
  dataDir: string,
): Promise<{ state: 'absent' } | { state: 'running' | 'dead' | 'foreign'; pid: number }> => {
  const file = await readPostmaster(dataDir);
  if (file === null) return { state: 'absent' };
  const command = await commandOf(file.pid);
  if (command === null) return { state: 'dead', pid: file.pid };
  const isServer = command.includes('postgres') && (command.includes(dataDir) || (await isIn(file.pid, dataDir)));
  return { state: isServer ? 'running' : 'foreign', pid: file.pid };
};
