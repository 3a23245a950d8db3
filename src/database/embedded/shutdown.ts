import { closeSync } from 'node:fs';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { findPostmaster } from './postmaster.js';
import { isRunning } from './process-table.js';
import type { Launched } from './supervisor.js';
import { waitFor } from './wait.js';

/** How long a fast shutdown may take before the server is ended without a checkpoint (its next start recovers). */
const shutdownTimeoutMs = 20_000;

/** Sends a signal; a process that is gone, or of another user, is no fault. */
const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
};

/** Null while the server of a data directory runs. */
const isGone = async (dataDir: string): Promise<true | null> =>
  (await findPostmaster(dataDir)).state === 'running' ? null : true;

/**
 * Waits for a server that is on its way down, and presses it when it takes too long.
 * @param first a signal to begin with; none when somebody else has sent it
 * @throws {EmbeddedPostgresError} when it does not end
 */
export const stopServer = async (dataDir: string, first?: NodeJS.Signals): Promise<void> => {
  for (const name of [first, 'SIGINT', 'SIGQUIT'] as const) {
    const found = await findPostmaster(dataDir);
    if (found.state !== 'running') return;
    if (name !== undefined) signal(found.pid, name);
    if (await waitFor(() => isGone(dataDir), shutdownTimeoutMs)) return;
  }
  const found = await findPostmaster(dataDir);
  if (found.state === 'running') {
    throw new EmbeddedPostgresError(`PostgreSQL (process ${found.pid}) does not stop; stop it manually.`);
  }
};

/**
 * Lets go of the keep-alive pipe as its last holder, and waits until the server and its supervisor are gone.
 * @throws {EmbeddedPostgresError} when the server does not end
 */
export const releaseAndWait = async (
  { writeEnd, supervisor }: Pick<Launched, 'writeEnd' | 'supervisor'>,
  dataDir: string,
): Promise<void> => {
  closeSync(writeEnd);
  const ended = async (): Promise<true | null> => ((await isRunning(supervisor)) ? null : isGone(dataDir));
  if (await waitFor(ended, shutdownTimeoutMs)) return;
  await stopServer(dataDir, 'SIGQUIT');
  await waitFor(ended, shutdownTimeoutMs);
};
