import { createHash, randomBytes } from 'node:crypto';
import { access, constants, lstat, mkdir, readlink, realpath, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import type { Logger } from './logger.js';
import type { OsUser } from './os-user.js';
import { run } from './run.js';

const succeeds = (promise: Promise<unknown>): Promise<boolean> =>
  promise.then(
    () => true,
    () => false,
  );

const tryMkdir = (folder: string): Promise<boolean> => succeeds(mkdir(folder, { recursive: true, mode: 0o755 }));

/** Whether a folder belongs to this user: in a shared folder, another user could have created it first. */
const isOwn = async (folder: string): Promise<boolean> => {
  const stat = await lstat(folder).catch(() => null);
  return stat !== null && stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
};

/**
 * Whether a user can enter a folder. This is tested, since it also depends on access control lists and mount options.
 */
export const canEnter = async (user: OsUser | null, folder: string): Promise<boolean> =>
  (await run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { user })).code === 0;

const isUsable = async (folder: string, user: OsUser | null): Promise<boolean> =>
  (await succeeds(access(folder, constants.W_OK | constants.X_OK))) && canEnter(user, folder);

/** The symbolic link in the requested folder that leads to the folder used instead. */
const linkName = 'stored-in';

/** An alternative folder: the name is the same for each start, unless the folder belonged to a deleted directory. */
const alternativeIn = async (parent: string, name: string, real: string): Promise<string[]> => {
  const folder = join(parent, `${name}-embedded-${createHash('sha256').update(real).digest('hex').slice(0, 12)}`);
  const [found, requested] = await Promise.all([folder, real].map((path) => lstat(path).catch(() => null)));
  if (!found) return [folder];
  const isOlder = found.birthtimeMs < (requested?.birthtimeMs ?? 0);
  if (isOlder) return [`${folder}-${randomBytes(4).toString('hex')}`];
  return (await isOwn(folder)) ? [folder] : [];
};

/**
 * Lists the folders that may store the files, best first: the requested one, which is created if missing, and for root
 * some alternatives. PostgreSQL runs as another user then, who often cannot enter the requested folder, for example below
 * /root. Once an alternative is in use, it is the only one. The data of a deleted folder at the same path is not reused.
 */
export const storageCandidates = async (requested: string, name: string): Promise<string[]> => {
  await tryMkdir(requested);
  const real = await realpath(requested).catch(() => resolve(requested));
  if (process.getuid?.() !== 0) return [real];
  const linked = await readlink(join(real, linkName)).catch(() => null);
  if (linked !== null) return [real, linked];
  const alternatives = ['/var/lib', '/var/tmp', tmpdir()].map((parent) => alternativeIn(parent, name, real));
  return [real, ...(await Promise.all(alternatives)).flat()];
};

/** Links the requested folder to an alternative; returns the one that another process has linked first, if any. */
const link = async (requested: string, folder: string): Promise<string> => {
  const path = join(requested, linkName);
  await symlink(folder, path).catch(() => undefined);
  return readlink(path).catch(() => folder);
};

/**
 * Selects the first candidate that this process can write to and the user can enter; logs when it is an alternative.
 * @param requested the folder that was requested; alternatives must belong to this user
 * @throws {EmbeddedPostgresError} when no candidate is usable
 */
export const findStorageDir = async (
  candidates: readonly string[],
  requested: string,
  user: OsUser | null,
  log: Logger,
): Promise<string> => {
  for (const folder of candidates) {
    if (!(await tryMkdir(folder)) || !(folder === requested || (await isOwn(folder)))) continue;
    if (!(await isUsable(folder, user))) continue;
    if (folder === requested) return folder;
    const linked = await link(requested, folder);
    log.warn(
      { event: 'embedded_database.moved', wanted: requested, folder: linked },
      `user ${user?.name ?? ''} cannot access ${requested}; storing the PostgreSQL files in ${linked}`,
    );
    return linked;
  }
  throw new EmbeddedPostgresError(
    user === null
      ? `Cannot write to ${requested}; grant access or use another directory.`
      : `User ${user.name}, as which PostgreSQL runs, cannot access ${candidates.join(' or ')}; grant access or use another directory.`,
  );
};
