import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, readFile, readdir, readlink, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries, type Binaries, type SearchEnvironment } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { initdb, writePassword } from './initdb.js';
import { silentLogger, type Logger } from './logger.js';
import { defaultName, validateName } from './names.js';
import { chooseOsUser, chownTo, type OsUser } from './os-user.js';
import { identityOf, isRunning } from './process-table.js';
import { run } from './run.js';
import { fitsIntoMemory, sharedMemory } from './shared-memory.js';
import { releaseAndWait, stopServer } from './shutdown.js';
import { canEnter, findStorageDir, storageCandidates } from './storage-dir.js';
import { launch, type Launched } from './supervisor.js';

/**
 * Durability is off, and there is capacity for many schemas and pools. New tables are synchronized at commit instead of
 * logged (wal_skip_threshold), which costs nothing without fsync. Autovacuum runs often with one worker: tests delete
 * many rows, and tables must not grow. A statement that autovacuum blocks cancels it after deadlock_timeout. Dynamic shared
 * memory is kept in the data directory, since segments in /dev/shm would outlive a killed server. The write-ahead log is small
 * (max_wal_size), since it may be in memory.
 */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  wal_skip_threshold: '0',
  max_wal_size: '256MB',
  max_wal_senders: '0',
  checkpoint_timeout: '1h',
  max_connections: '250',
  max_locks_per_transaction: '256',
  autovacuum_naptime: '10s',
  autovacuum_max_workers: '1',
  deadlock_timeout: '100ms',
  dynamic_shared_memory_type: 'mmap',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** Options for `startTemporaryServer`. */
export interface TemporaryServerOptions {
  /** For the template and the files on disk; default a folder of this user in the temporary folder of the system. */
  readonly cacheDir?: string;
  /** Whether to keep the files of the server in memory (`/dev/shm`), if at least 4 GB are free; default true. */
  readonly inMemory?: boolean;
  readonly log?: Logger;
  /** PATH is searched for a PostgreSQL of the system; usually `process.env`. */
  readonly env: SearchEnvironment;
  /** The superuser and the prefix of folders; default `postgres`. Letters, digits, `_` and `-`. */
  readonly name?: string;
  /** The root of the npm package with PostgreSQL; null for none, resolved when absent. */
  readonly packageRoot?: string | null;
}

/** A running temporary server. */
export interface TemporaryServer {
  /** The database `postgres`, as superuser. */
  readonly url: string;
  readonly dataDir: string;
  /** Stops the server immediately and deletes its files, as does the end of this process. */
  stop(): Promise<void>;
}

/** The properties that all servers in one folder share. */
interface Factory {
  /** For the template and the servers on disk. */
  readonly folder: string;
  readonly binaries: Binaries;
  readonly user: OsUser | null;
  readonly superuser: string;
}

/**
 * Creates a folder of this user in a folder that all users share.
 * @throws {EmbeddedPostgresError} when it belongs to another user
 */
const ownFolder = async (parent: string, prefix: string): Promise<string> => {
  const uid = process.getuid?.() ?? 0;
  const folder = join(parent, `${prefix}-${uid}`);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const stat = await lstat(folder);
  if (stat.isDirectory() && stat.uid === uid && (stat.mode & 0o022) === 0) return folder;
  throw new EmbeddedPostgresError(`${folder} belongs to another user; remove it or use another cache directory.`);
};

/** Creates the data directory that is copied for each server, unless it exists. */
const prepareTemplate = async ({ folder, binaries, user, superuser }: Factory): Promise<string> => {
  const key = createHash('sha256').update(`1 ${binaries.postgres} ${binaries.version} ${superuser}`).digest('hex');
  const template = join(folder, `template-${binaries.version}-${key.slice(0, 8)}`);
  if (await lstat(template).catch(() => null)) return template;
  const draft = `${template}.${randomBytes(6).toString('hex')}`;
  await mkdir(draft, { mode: 0o700 });
  await chownTo(user, draft);
  const passwordFile = join(draft, 'password');
  try {
    await writePassword(passwordFile, user);
    await initdb({ binaries, user, superuser, dataDir: join(draft, 'data'), passwordFile, durable: false });
    // Fails if another process has finished a template first, which can be used instead.
    await rename(draft, template).catch(() => undefined);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return template;
};

/** Removes the servers of killed processes: the name of a folder begins with the identity of its process. */
const removeAbandoned = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    const owner = /^run-(\d+-\w+)-/u.exec(name)?.[1];
    if (owner === undefined || (await isRunning(owner))) continue;
    await stopServer(join(folder, name, 'data'), 'SIGQUIT');
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
  }
};

/** Creates the folder for the template and servers in a folder of this user, and removes abandoned servers from it. */
const openFolder = async (parent: string, user: OsUser | null): Promise<string> => {
  const folder = join(parent, 'temporary');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chownTo(user, folder);
  await removeAbandoned(folder);
  return folder;
};

/** The folder for servers in memory; null if they do not fit, or if PostgreSQL could not access it. */
const openMemoryFolder = async (name: string, user: OsUser | null): Promise<string | null> => {
  // Containers may share the memory but not their processes, and would remove each other's servers as abandoned.
  const processes = /\d+/.exec(await readlink('/proc/self/ns/pid').catch(() => ''))?.[0];
  if (processes === undefined || !(await fitsIntoMemory(0))) return null;
  const own = await ownFolder(sharedMemory, `${name}-postgres-${processes}`).catch(() => null);
  if (own === null || !(await canEnter(user, own))) return null;
  // Removes abandoned servers first, so that their memory counts as free.
  const folder = await openFolder(own, user);
  return (await fitsIntoMemory()) ? folder : null;
};

/** Copies the template to a folder and starts a server on the copy. */
const startCopy = async (
  template: string,
  runFolder: string,
  { binaries, user }: Factory,
): Promise<Launched & { dir: string }> => {
  const dir = join(runFolder, `run-${await identityOf(process.pid)}-${randomBytes(6).toString('hex')}`);
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
 * Starts a new server for tests on a copy of a prepared data directory, with durability off. Nothing is left after `stop`,
 * or after the end of this process.
 * @throws {EmbeddedPostgresError} when PostgreSQL is not installed or does not start
 */
export const startTemporaryServer = async (options: TemporaryServerOptions): Promise<TemporaryServer> => {
  const { log = silentLogger, env, packageRoot, name = defaultName, inMemory = true } = options;
  validateName(name, 'name');
  const user = await chooseOsUser();
  const candidates = await storageCandidates(options.cacheDir ?? (await ownFolder(tmpdir(), `${name}-postgres`)), name);
  const storageDir = await findStorageDir(candidates, candidates[0] ?? '', user, log);
  const binaries = await findBinaries({ env, user, storageDir, log, packageRoot });
  const folder = await openFolder(storageDir, user);
  const factory = { folder, binaries, user, superuser: name };
  const template = await prepareTemplate(factory);
  const memoryFolder = inMemory ? await openMemoryFolder(name, user) : null;
  const inMemoryServer =
    memoryFolder === null ? null : await startCopy(template, memoryFolder, factory).catch(() => null);
  const launched =
    inMemoryServer ??
    (await startCopy(template, folder, factory).catch(async () => {
      // A cleanup of the temporary folder may have deleted files of the template, so try again with a new template.
      await rm(template, { recursive: true, force: true });
      return startCopy(await prepareTemplate(factory), folder, factory);
    }));
  const { dir, port } = launched;
  const password = (await readFile(join(dir, 'password'), 'utf8')).trim();
  log.debug(
    {
      event: 'embedded_database.temporary_started',
      dir,
      in_memory: inMemoryServer !== null,
      postgres_version: binaries.version,
      port,
    },
    'temporary PostgreSQL started',
  );
  let stopped: Promise<void> | undefined;
  return {
    url: `postgres://${name}:${password}@127.0.0.1:${port}/postgres`,
    dataDir: join(dir, 'data'),
    stop: () => (stopped ??= releaseAndWait(launched, join(dir, 'data'))),
  };
};
