import { closeSync } from 'node:fs';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { findPostmaster } from './postmaster.js';
import { isRunning } from './process-table.js';
import type { Launched } from './supervisor.js';
import { waitFor } from './wait.js';

/** Timeout of a fast shutdown. An immediate shutdown follows, after which the next start runs crash recovery. */
const shutdownTimeoutMs = 20_000;

/** Sends a signal, and ignores errors: the process may have ended. */
const sendSignal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // The process has ended.
  }
};

const isStopped = async (dataDir: string): Promise<true | null> =>
  (await findPostmaster(dataDir)).state === 'running' ? null : true;

/**
 * Waits for a server to stop, with stronger signals when it takes too long.
 * @param first the first signal; undefined when one has already been sent
 * @throws {EmbeddedPostgresError} when the server does not stop
 */
export const stopServer = async (dataDir: string, first?: NodeJS.Signals): Promise<void> => {
  for (const name of [first, 'SIGINT', 'SIGQUIT'] as const) {
    const found = await findPostmaster(dataDir);
    if (found.state !== 'running') return;
    if (name !== undefined) sendSignal(found.pid, name);
    if (await waitFor(() => isStopped(dataDir), shutdownTimeoutMs)) return;
  }
  const found = await findPostmaster(dataDir);
  if (found.state === 'running') {
    throw new EmbeddedPostgresError(`PostgreSQL (process ${found.pid}) does not stop; stop it manually.`);
  }
};

/**
 * Closes the last write end of the pipe, and waits until the server and its supervisor have ended.
 * @throws {EmbeddedPostgresError} when the server does not stop
 */
export const releaseAndWait = async (
  { writeEnd, supervisor }: Pick<Launched, 'writeEnd' | 'supervisor'>,
  dataDir: string,
): Promise<void> => {
  closeSync(writeEnd);
  const hasEnded = async (): Promise<true | null> => ((await isRunning(supervisor)) ? null : isStopped(dataDir));
  if (await waitFor(hasEnded, shutdownTimeoutMs)) return;
  await stopServer(dataDir, 'SIGQUIT');
  await waitFor(hasEnded, shutdownTimeoutMs);
};
