import { createHash } from 'node:crypto';
import { access, constants, lstat, mkdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Logger } from '../../observability/logger.js';
import { canEnter, type OsUser } from './os-user.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** True when a promise is kept, false when it is broken. */
const succeeds = (promise: Promise<unknown>): Promise<boolean> =>
  promise.then(
    () => true,
    () => false,
  );

/** Makes a folder that others may pass through. */
const tryMkdir = (folder: string): Promise<boolean> => succeeds(mkdir(folder, { recursive: true, mode: 0o755 }));

/** Whether a folder is a real one of our own: in shared places another user could have put it there first. */
const isOwn = async (folder: string): Promise<boolean> => {
  const stat = await lstat(folder).catch(() => null);
  return stat !== null && stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
};

/** Whether the service can write to a folder, and the user can enter it. */
const isUsable = async (folder: string, user: OsUser | null): Promise<boolean> =>
  (await succeeds(access(folder, constants.W_OK | constants.X_OK))) && canEnter(user, folder);

/**
 * Lists the folders to work in, best first: the wanted one (made where it is missing), and for root substitutes that
 * are the same at every start. The user PostgreSQL runs as cannot enter a folder below /root, the usual case.
 */
export const storageCandidates = async (wanted: string): Promise<string[]> => {
  await tryMkdir(wanted);
  const real = await realpath(wanted).catch(() => resolve(wanted));
  if (process.getuid?.() !== 0) return [real];
  const name = `rollcall-embedded-${createHash('sha256').update(real).digest('hex').slice(0, 12)}`;
  const substitutes = ['/var/lib', '/var/tmp', tmpdir()].map((parent) => join(parent, name));
  const usable = await Promise.all(
    substitutes.map(async (folder) => !(await succeeds(lstat(folder))) || isOwn(folder)),
  );
  return [real, ...substitutes.filter((_, index) => usable[index])];
};

/**
 * Takes the first candidate that can be written to and that the user can enter, and says so when it is a substitute.
 * @param wanted the folder that was asked for; the others must be of our own
 * @throws {EmbeddedPostgresError} when none serves
 */
export const findStorageDir = async (
  candidates: readonly string[],
  wanted: string,
  user: OsUser | null,
  log: Logger,
): Promise<string> => {
  for (const folder of candidates) {
    if (!(await tryMkdir(folder)) || !(folder === wanted || (await isOwn(folder)))) continue;
    if (!(await isUsable(folder, user))) continue;
    if (folder !== wanted) {
      log.warn(
        { event: 'embedded_database.moved', wanted, folder },
        `user ${user?.name ?? ''} cannot access ${wanted}; storing the PostgreSQL files in ${folder}`,
      );
    }
    return folder;
  }
  throw new EmbeddedPostgresError(
    user === null
      ? `Cannot write to ${wanted}; grant access or use another directory.`
      : `User ${user.name}, as which PostgreSQL runs, cannot access ${candidates.join(' or ')}; grant access or use another directory.`,
  );
};
