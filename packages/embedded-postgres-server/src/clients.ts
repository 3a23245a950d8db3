import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasReader, sendLine } from './keep-alive-pipe.js';
import { chownTo, type OsUser } from './os-user.js';
import { identityOf, isRunning } from './process-table.js';
import { waitFor } from './wait.js';

/*
 * Every client of a running server has a file in `clients/`, named after its process. The pipe alone decides how long the
 * server runs; the files tell a client that disconnects whether it is the last one and must wait for the shutdown.
 */

const registrationTimeoutMs = 10_000;

/** Removes all clients, before a start. */
export const clearClients = async (dir: string, user: OsUser | null): Promise<void> => {
  await rm(join(dir, 'clients'), { recursive: true, force: true });
  await mkdir(join(dir, 'clients'), { mode: 0o700 });
  await chownTo(user, join(dir, 'clients'));
};

/**
 * Registers this process. The supervisor creates the file, which proves that it has not begun to shut down.
 * @returns the name of the client, or null when the supervisor has exited
 */
export const registerClient = async (dir: string, writeEnd: number): Promise<string | null> => {
  const client = `${(await identityOf(process.pid)) ?? ''}-${randomBytes(6).toString('hex')}`;
  if (!sendLine(writeEnd, client)) return null;
  const isRegistered = (): Promise<boolean> =>
    access(join(dir, 'clients', client)).then(
      () => true,
      () => false,
    );
  const result = await waitFor(async () => {
    if (await isRegistered()) return 'registered' as const;
    if (hasReader(join(dir, 'keepalive'))) return null;
    // The file may have appeared between the two checks.
    return (await isRegistered()) ? ('registered' as const) : ('exited' as const);
  }, registrationTimeoutMs);
  return result === 'registered' ? client : null;
};

/**
 * Unregisters this process.
 * @returns whether no other client is left; clients whose process was killed do not count
 */
export const unregisterClient = async (dir: string, client: string): Promise<boolean> => {
  await rm(join(dir, 'clients', client), { force: true });
  const others = await readdir(join(dir, 'clients')).catch(() => []);
  const areRunning = await Promise.all(others.map((name) => isRunning(name.replace(/-[^-]*$/u, ''))));
  return !areRunning.includes(true);
};
