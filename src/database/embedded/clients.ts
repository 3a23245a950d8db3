import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { chownTo, type OsUser } from './os-user.js';
import { hasReader, sendLine } from './keep-alive-pipe.js';
import { identityOf, isRunning } from './process-table.js';
import { waitFor } from './wait.js';

/*
 * Each user of a running server has a file in `users/`, named after its process. The keep-alive pipe alone decides how long
 * the server lives; the files tell the one who leaves whether it is the last, and so has to wait for the end.
 */

/** How long a supervisor may take to answer. */
const registrationTimeoutMs = 10_000;

/** Empties the list, before a start. */
export const clearClients = async (dir: string, user: OsUser | null): Promise<void> => {
  await rm(join(dir, 'users'), { recursive: true, force: true });
  await mkdir(join(dir, 'users'), { mode: 0o700 });
  await chownTo(user, join(dir, 'users'));
};

/**
 * Enters this process in the list, by the hand of the supervisor: one who answers has not yet decided to stop.
 * @returns the name of the entry, or null when the supervisor stopped without an answer
 */
export const registerClient = async (dir: string, writeEnd: number): Promise<string | null> => {
  const word = `${(await identityOf(process.pid)) ?? ''}-${randomBytes(6).toString('hex')}`;
  if (!sendLine(writeEnd, word)) return null;
  const entered = (): Promise<boolean> =>
    access(join(dir, 'users', word)).then(
      () => true,
      () => false,
    );
  const answer = await waitFor(async () => {
    if (await entered()) return 'entered' as const;
    // The answer may have come between the two looks.
    return hasReader(join(dir, 'keepalive')) ? null : (await entered()) ? ('entered' as const) : ('gone' as const);
  }, registrationTimeoutMs);
  return answer === 'entered' ? word : null;
};

/**
 * Takes this process off the list.
 * @returns whether nobody else is left; entries of killed processes do not count
 */
export const unregisterClient = async (dir: string, word: string): Promise<boolean> => {
  await rm(join(dir, 'users', word), { force: true });
  const others = await readdir(join(dir, 'users')).catch(() => []);
  const alive = await Promise.all(others.map((name) => isRunning(name.replace(/-[^-]*$/u, ''))));
  return !alive.includes(true);
};
