import { randomBytes } from 'node:crypto';
import { lstat, readFile, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { initdb, writePassword } from './initdb.js';
import type { Logger } from './logger.js';
import type { OsUser } from './os-user.js';
import { findPostmaster } from './postmaster.js';
import { isRunning } from './process-table.js';
import { run } from './run.js';
import { stopServer } from './shutdown.js';
import { readState } from './state.js';

/** Where the files of a server are, and the user that it runs as. */
export interface Location {
  /** Contains `data/`, `clients/`, `password`, `postgres.log`, the pipe, the lock and the state file. */
  readonly dir: string;
  readonly user: OsUser | null;
  readonly binaries: Binaries;
  readonly superuser: string;
  readonly log: Logger;
}

/** The owner of a folder; null when it does not exist. */
export const ownerOf = async (folder: string): Promise<{ uid: number; gid: number } | null> =>
  stat(folder).catch(() => null);

/** Major versions with a data directory in the folder, newest first. */
export const existingMajors = async (folder: string): Promise<number[]> => {
  const found: number[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const major = Number(/^pg(\d+)$/u.exec(name)?.[1]);
    if (major > 0 && (await lstat(join(folder, name, 'data')).catch(() => null))) found.push(major);
  }
  return found.sort((a, b) => b - a);
};

/** Creates the data directory unless it exists. It gets its name only after initdb has finished. */
export const createDataDirectory = async ({ dir, binaries, user, superuser, log }: Location): Promise<void> => {
  for (const name of await readdir(dir)) {
    // May fail while an initdb whose parent was killed still writes; it fails by itself then.
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
  await initdb({ binaries, user, superuser, dataDir: draft, passwordFile, durable: true });
  await rename(draft, join(dir, 'data'));
};

/**
 * Stops a server that has lost its supervisor, or waits for one that is shutting down, so that a new server can start on
 * the data directory.
 */
export const stopPreviousServer = async ({ dir, user, log }: Location): Promise<void> => {
  const dataDir = join(dir, 'data');
  const found = await findPostmaster(dataDir);
  if (found.state === 'running') {
    log.info(
      { event: 'embedded_database.waiting', postgres_pid: found.pid },
      'waiting for a previous PostgreSQL on the same data directory to stop',
    );
    await stopServer(dataDir, 'SIGINT');
  }
  // PostgreSQL removes the PID file of a dead server, but mistakes any process with that PID for a running one.
  if (found.state === 'foreign') {
    if (await isRunning((await readState(dir))?.supervisor ?? '')) {
      throw new EmbeddedPostgresError(
        `PostgreSQL (process ${found.pid}) still runs in ${dataDir}, which was renamed after it started. Stop the processes that use this server, and try again.`,
      );
    }
    await unlink(join(dataDir, 'postmaster.pid'));
  }
  const owner = await ownerOf(dataDir);
  if (user && owner?.uid === 0) await run('chown', ['-R', `${user.uid}:${user.gid}`, dir]);
};

/**
 * Reads the password of the superuser. If the file is missing, sets a new password; in that case, the server must not
 * be running.
 */
export const ensurePassword = async ({ dir, binaries, user, superuser, log }: Location): Promise<string> => {
  const path = join(dir, 'password');
  const existing = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (existing !== '') return existing;
  log.warn(
    { event: 'embedded_database.password_replaced', path },
    'password file of the embedded PostgreSQL is missing; setting a new password',
  );
  const password = await writePassword(`${path}.next`, user);
  const done = await run(binaries.postgres, ['--single', '-D', join(dir, 'data'), 'postgres'], {
    user,
    input: `ALTER ROLE "${superuser}" PASSWORD '${password}'\n`,
  });
  if (done.code === 0) {
    await rename(`${path}.next`, path);
    return password;
  }
  // The output may contain the statement, and with it the password.
  const output = done.stderr.replaceAll(password, '********').trim().split('\n').slice(-5).join('\n');
  throw new EmbeddedPostgresError(`Cannot set the password of the embedded PostgreSQL: ${output}`);
};
