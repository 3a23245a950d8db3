import { lstat, readFile, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from '../../observability/logger.js';
import type { OsUser } from './os-user.js';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { stopServer } from './shutdown.js';
import { initdb, superuser, writePassword } from './initdb.js';
import { findPostmaster } from './postmaster.js';
import { run } from './run.js';

/** The owner of a folder; null when it is not there. */
export const ownerOf = async (folder: string): Promise<{ uid: number; gid: number } | null> =>
  stat(folder).catch(() => null);

/** Major versions that have a cluster in the folder, newest first. */
export const existingMajors = async (folder: string): Promise<number[]> => {
  const found: number[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const major = Number(/^pg(\d+)$/u.exec(name)?.[1]);
    if (major > 0 && (await lstat(join(folder, name, 'data')).catch(() => null))) found.push(major);
  }
  return found.sort((a, b) => b - a);
};

/** Makes the cluster of a folder, unless it is there: `data` appears whole, since only a finished one gets that name. */
export const createDataDirectory = async (
  dir: string,
  binaries: Binaries,
  user: OsUser | null,
  log: Logger,
): Promise<void> => {
  for (const name of await readdir(dir)) {
    // Best effort: an initdb whose parent was killed may still be writing into it, and gives up by itself.
    if (name.startsWith('data.new-')) {
      await rm(join(dir, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
  if (await lstat(join(dir, 'data')).catch(() => null)) return;
  log.info(
    { event: 'embedded_database.created', dir, postgres_version: binaries.version },
    'creating a PostgreSQL data directory',
  );
  const passwordFile = join(dir, 'password');
  await writePassword(passwordFile, user);
  const draft = join(dir, `data.new-${randomBytes(6).toString('hex')}`);
  await initdb({ binaries, user, dataDir: draft, passwordFile, durable: true });
  await rename(draft, join(dir, 'data'));
};

/**
 * Brings a cluster without a running supervisor into a state that a server can start from: a predecessor on its way
 * down is waited for, one whose supervisor was killed is ended.
 */
export const stopPreviousServer = async (dir: string, user: OsUser | null, log: Logger): Promise<void> => {
  const dataDir = join(dir, 'data');
  const found = await findPostmaster(dataDir);
  if (found.state === 'running') {
    log.info(
      { event: 'embedded_database.waiting', postgres_pid: found.pid },
      'waiting for a previous PostgreSQL on the same data directory to stop',
    );
    await stopServer(dataDir, 'SIGINT');
  }
  // PostgreSQL clears up after a dead server by itself, but takes any process with the old number for a living one.
  if (found.state === 'foreign') await unlink(join(dataDir, 'postmaster.pid'));
  const owner = await ownerOf(dataDir);
  if (user && owner?.uid === 0) await run('chown', ['-R', `${user.uid}:${user.gid}`, dir]);
};

/** The password of the superuser. A lost file is replaced, and the new password set with the server down. */
export const ensurePassword = async (
  dir: string,
  binaries: Binaries,
  user: OsUser | null,
  log: Logger,
): Promise<string> => {
  const path = join(dir, 'password');
  const kept = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (kept !== '') return kept;
  log.warn(
    { event: 'embedded_database.password_replaced', path },
    'password file of the embedded PostgreSQL is missing; setting a new password',
  );
  const password = await writePassword(`${path}.next`, user);
  const done = await run(binaries.postgres, ['--single', '-D', join(dir, 'data'), 'postgres'], {
    user,
    input: `ALTER ROLE ${superuser} PASSWORD '${password}'\n`,
  });
  if (done.code === 0) {
    await rename(`${path}.next`, path);
    return password;
  }
  // The server may repeat the statement, and with it the password.
  const said = done.stderr.replaceAll(password, '********').trim().split('\n').slice(-5).join('\n');
  throw new EmbeddedPostgresError(`Cannot set the password of the embedded PostgreSQL: ${said}`);
};
