import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../../observability/logger.js';
import { chooseOsUser, chownTo, type OsUser } from './os-user.js';
import { findBinaries, type Binaries, type SearchEnvironment } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { initdb, superuser, writePassword } from './initdb.js';
import { stopServer, releaseAndWait } from './shutdown.js';
import { identityOf, isRunning } from './process-table.js';
import { run } from './run.js';
import { findStorageDir, storageCandidates } from './storage-dir.js';
import { launch, type Launched } from './supervisor.js';

/**
 * Durability off, since the data are thrown away; room for many schemas and pools. Autovacuum comes often and alone:
 * scenarios delete what they made, and the tables must not grow; who waits for it gets it cancelled after 100 ms.
 */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  checkpoint_timeout: '1h',
  max_connections: '250',
  max_locks_per_transaction: '256',
  autovacuum_naptime: '10s',
  autovacuum_max_workers: '1',
  deadlock_timeout: '100ms',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** How a throw-away cluster is asked for. */
export interface TemporaryServerOptions {
  /** Keeps the prepared cluster, and the running ones; a folder of the user below the temporary one when absent. */
  readonly cacheDir?: string;
  readonly log: Logger;
  readonly env: SearchEnvironment;
  /** The root of the npm package; null for none, found by resolution when absent. */
  readonly packageRoot?: string | null;
}

/** A running throw-away cluster. */
export interface TemporaryServer {
  /** Of the superuser, to the database `postgres`. */
  readonly url: string;
  readonly dataDir: string;
  /** Ends the server at once and deletes its files; the same happens when this process dies. */
  stop(): Promise<void>;
}

/** The folder for clusters when none is named; another user must not have put it there. */
const defaultCache = async (): Promise<string> => {
  const uid = process.getuid?.() ?? 0;
  const folder = join(tmpdir(), `rollcall-postgres-${uid}`);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const stat = await lstat(folder);
  if (stat.isDirectory() && stat.uid === uid && (stat.mode & 0o022) === 0) return folder;
  throw new EmbeddedPostgresError(`${folder} belongs to another user; remove it or use another cache directory.`);
};

/** Finds or makes the prepared cluster that the others are copies of. */
const prepareTemplate = async (room: string, binaries: Binaries, user: OsUser | null): Promise<string> => {
  const key = createHash('sha256').update(`1 ${binaries.postgres} ${binaries.version}`).digest('hex').slice(0, 8);
  const template = join(room, `template-${binaries.version}-${key}`);
  if (await lstat(template).catch(() => null)) return template;
  const draft = `${template}.${randomBytes(6).toString('hex')}`;
  await mkdir(draft, { mode: 0o700 });
  await chownTo(user, draft);
  const passwordFile = join(draft, 'password');
  try {
    await writePassword(passwordFile, user);
    await initdb({ binaries, user, dataDir: join(draft, 'data'), passwordFile, durable: false });
    // When another process was quicker, its template is as good.
    await rename(draft, template).catch(() => undefined);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return template;
};

/** Removes what killed processes left: a cluster's folder begins with the name of the process that made it. */
const removeAbandoned = async (room: string): Promise<void> => {
  for (const name of await readdir(room)) {
    const maker = /^run-(\d+-\w+)-/u.exec(name)?.[1];
    if (maker === undefined || (await isRunning(maker))) continue;
    await stopServer(join(room, name, 'data'), 'SIGQUIT');
    await rm(join(room, name), { recursive: true, force: true, maxRetries: 3 });
  }
};

/** Copies the template and starts a server on it. */
const startCopy = async (
  template: string,
  room: string,
  binaries: Binaries,
  user: OsUser | null,
): Promise<Launched & { dir: string }> => {
  const dir = join(room, `run-${await identityOf(process.pid)}-${randomBytes(6).toString('hex')}`);
  const copied = await run('cp', ['-R', '-p', template, dir], { user });
  try {
    if (copied.code !== 0) {
      throw new EmbeddedPostgresError(`Cannot copy the prepared data directory: ${copied.stderr.trim()}`);
    }
    return { dir, ...(await launch({ binaries, user, dir, settings, stopSignal: 'QUIT', after: 'remove' })) };
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
};

/**
 * Starts a cluster of its own for tests: a prepared data directory is copied, durability is off, and nothing of it is
 * left after stop, or after the death of this process.
 * @throws {EmbeddedPostgresError} when there is no PostgreSQL, or it does not start
 */
export const startTemporaryServer = async (options: TemporaryServerOptions): Promise<TemporaryServer> => {
  const { log, env, packageRoot } = options;
  const user = await chooseOsUser();
  const candidates = await storageCandidates(options.cacheDir ?? (await defaultCache()));
  const storageDir = await findStorageDir(candidates, candidates[0] ?? '', user, log);
  const binaries = await findBinaries({ env, user, storageDir, log, packageRoot });
  const room = join(storageDir, 'throwaway');
  await mkdir(room, { recursive: true, mode: 0o700 });
  await chownTo(user, room);
  await removeAbandoned(room);
  const template = await prepareTemplate(room, binaries, user);
  const launched = await startCopy(template, room, binaries, user).catch(async () => {
    // Cleaners of temporary folders take single files: once, with a new template, before giving up.
    await rm(template, { recursive: true, force: true });
    return startCopy(await prepareTemplate(room, binaries, user), room, binaries, user);
  });
  const password = (await readFile(join(launched.dir, 'password'), 'utf8')).trim();
  log.debug(
    {
      event: 'embedded_database.temporary_started',
      dir: launched.dir,
      postgres_version: binaries.version,
      port: launched.port,
    },
    'temporary PostgreSQL started',
  );
  let stopped: Promise<void> | undefined;
  return {
    url: `postgres://${superuser}:${password}@127.0.0.1:${launched.port}/postgres`,
    dataDir: join(launched.dir, 'data'),
    stop: () => (stopped ??= releaseAndWait(launched, join(launched.dir, 'data'))),
  };
};
