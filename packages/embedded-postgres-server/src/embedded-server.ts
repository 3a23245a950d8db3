import { closeSync } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { findBinaries, type SearchEnvironment } from './binaries.js';
import { clearClients, registerClient, unregisterClient } from './clients.js';
import {
  createDataDirectory,
  ensurePassword,
  existingMajors,
  ownerOf,
  stopPreviousServer,
  type Location,
} from './data-directory.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { openWriteEnd } from './keep-alive-pipe.js';
import { silentLogger, type Logger } from './logger.js';
import { defaultName, validateName } from './names.js';
import { chooseOsUser, chownTo } from './os-user.js';
import { releaseAndWait } from './shutdown.js';
import { takeStartLock } from './start-lock.js';
import { readLiveState, readState, removeState, writeState, type ServerState } from './state.js';
import { findStorageDir, storageCandidates } from './storage-dir.js';
import { launch } from './supervisor.js';
import { waitFor } from './wait.js';

/** Durability is on unless the options turn it off: development data is kept here. */
const defaultSettings = { max_connections: '100', timezone: 'UTC', log_timezone: 'UTC' };

/** A larger log file is renamed at the next start. */
const maxLogBytes = 1_000_000;

/** Timeout of crash recovery in a server that is reused. */
const recoveryTimeoutMs = 30_000;

/** Options for `startEmbeddedServer`. */
export interface EmbeddedServerOptions {
  /** The folder for data; the server uses `pg<major version>` in it. */
  readonly dataDir: string;
  readonly log?: Logger;
  /** PATH is searched for a PostgreSQL of the system; usually `process.env`. */
  readonly env: SearchEnvironment;
  /** The superuser, the default database and the prefix of folders; default `postgres`. Letters, digits, `_` and `-`. */
  readonly name?: string;
  /** The database, created if missing; default `name`. */
  readonly databaseName?: string;
  /** The root of the npm package with PostgreSQL; null for none, resolved when absent. */
  readonly packageRoot?: string | null;
  /** Settings of PostgreSQL, for a server that is not running yet; for example `{ fsync: 'off' }` for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A running server. */
export interface EmbeddedServer {
  /** Contains the password. */
  readonly url: string;
  readonly origin: 'system' | 'embedded';
  readonly version: string;
  /** Contains `data/`, `postgres.log` and `password`. */
  readonly dataDir: string;
  /** Whether another process had started the server. */
  readonly isReused: boolean;
  /** Disconnects from the server; the last process to do so waits for a fast shutdown. */
  stop(): Promise<void>;
}

/** A running server that this process keeps alive. */
interface ServerUse {
  readonly state: ServerState;
  readonly writeEnd: number;
  readonly client: string;
  readonly isReused: boolean;
  /** Resolves when the server has exited; null for a server that another process started. */
  readonly ended: Promise<void> | null;
}

/** Decides where the files are and which PostgreSQL runs; existing data takes precedence. */
const findLocation = async (options: EmbeddedServerOptions): Promise<Location> => {
  const { dataDir, log = silentLogger, name = defaultName, env, packageRoot } = options;
  const candidates = await storageCandidates(dataDir, name);
  const requested = candidates[0] ?? dataDir;
  const majors = await Promise.all(candidates.map(existingMajors));
  const index = majors.findIndex((found) => found.length > 0);
  const [existing, existingVersions] = [candidates[index], majors[index] ?? []];
  const owner = existing === undefined ? null : await ownerOf(join(existing, `pg${existingVersions[0]}`, 'data'));
  const user = await chooseOsUser(owner);
  const storageDir = await findStorageDir(existing === undefined ? candidates : [existing], requested, user, log);
  const binaries = await findBinaries({ env, user, storageDir, log, packageRoot }, existingVersions);
  if (existingVersions.length > 0 && !existingVersions.includes(binaries.major)) {
    log.warn(
      { event: 'embedded_database.other_version' },
      `the data in ${storageDir} belongs to PostgreSQL ${existingVersions.join(', ')}, but only ${binaries.version} is installed; starting with an empty database`,
    );
  }
  const dir = join(storageDir, `pg${binaries.major}`);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  if ((await ownerOf(dir))?.uid === 0) await chownTo(user, dir);
  const dirOwner = await ownerOf(dir);
  if (!user && dirOwner?.uid !== process.getuid?.()) {
    throw new EmbeddedPostgresError(
      `The database in ${dir} belongs to another user (${dirOwner?.uid}); start as that user or as root, or change the owner.`,
    );
  }
  return { dir, user, binaries, superuser: name, log };
};

/** Connects to a server that is already running on the folder; null when there is none. */
const joinRunning = async (dir: string): Promise<ServerUse | null> => {
  const writeEnd = openWriteEnd(join(dir, 'keepalive'));
  if (writeEnd === null) return null;
  const client = await registerClient(dir, writeEnd);
  const state = await readLiveState(dir);
  if (client !== null && state !== null) return { state, writeEnd, client, isReused: true, ended: null };
  closeSync(writeEnd);
  return null;
};

/** Starts a server on the folder. */
const start = async (location: Location, given: Readonly<Record<string, string>> = {}): Promise<ServerUse> => {
  const { dir, user, binaries } = location;
  await createDataDirectory(location);
  await stopPreviousServer(location);
  await ensurePassword(location);
  await clearClients(dir, user);
  const logFile = join(dir, 'postgres.log');
  if (((await stat(logFile).catch(() => null))?.size ?? 0) > maxLogBytes) await rename(logFile, `${logFile}.1`);
  const preferredPort = (await readState(dir))?.port;
  await removeState(dir);
  const settings = { ...defaultSettings, ...given };
  const launched = await launch({ binaries, user, dir, settings, stopSignal: 'INT', after: 'keep', preferredPort });
  const { port, supervisor, writeEnd, ended } = launched;
  const state = { port, supervisor, version: binaries.version, origin: binaries.origin };
  await writeState(dir, user, state);
  const client = await registerClient(dir, writeEnd);
  if (client !== null) return { state, writeEnd, client, isReused: false, ended };
  closeSync(writeEnd);
  throw new EmbeddedPostgresError(`PostgreSQL exited right after it started; see ${logFile}.`);
};

/** Creates the database if it is missing; null while the server is in recovery (57P03). */
const tryCreateDatabase = async (connectionString: string, name: string): Promise<true | null> => {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  // Without a listener, a lost connection would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === '57P03') return null;
    if (code !== '28P01') throw error;
    throw new EmbeddedPostgresError(
      'The embedded PostgreSQL rejects the password in its password file; stop all processes that use it, remove the file, and start again.',
      { cause: error },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
};

const createDatabase = async (connectionString: string, name: string): Promise<void> => {
  if (await waitFor(() => tryCreateDatabase(connectionString, name), recoveryTimeoutMs)) return;
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL did not finish recovery within ${recoveryTimeoutMs / 1000} s.`,
  );
};

/** Disconnects from the server; the last client waits until it has stopped. */
const disconnect = async (dir: string, { state, writeEnd, client }: ServerUse): Promise<void> => {
  const isLast = await unregisterClient(dir, client);
  if (isLast) await releaseAndWait({ writeEnd, supervisor: state.supervisor }, join(dir, 'data'));
  else closeSync(writeEnd);
};

/**
 * Starts a server in `<dataDir>/pg<major>`, or connects to the one that another process runs there. It runs until the last
 * process that uses it has stopped it or has died. Data is durable. The server listens on 127.0.0.1 only and requires a
 * generated password (scram-sha-256). For development and tests only.
 * @throws {EmbeddedPostgresError} when PostgreSQL is not installed or does not start
 */
export const startEmbeddedServer = async (options: EmbeddedServerOptions): Promise<EmbeddedServer> => {
  if (process.platform === 'win32') {
    throw new EmbeddedPostgresError('The embedded PostgreSQL requires a Unix shell; use WSL or another server.');
  }
  const { log = silentLogger, name = defaultName, databaseName = name } = options;
  validateName(name, 'name');
  validateName(databaseName, 'database name');
  const location = await findLocation(options);
  const { dir } = location;
  const release = await takeStartLock(join(dir, 'start.lock'));
  let use: ServerUse | undefined;
  try {
    const server = (use = (await joinRunning(dir)) ?? (await start(location, options.settings)));
    const { state, isReused } = server;
    const password = await ensurePassword(location);
    const url = (database: string): string => `postgres://${name}:${password}@127.0.0.1:${state.port}/${database}`;
    await createDatabase(url('postgres'), databaseName);
    const { port, version, origin } = state;
    log.info(
      { event: 'embedded_database.started', postgres_version: version, origin, port, dir, reused: isReused },
      `${isReused ? 'joined the' : 'started an'} embedded PostgreSQL, for development and tests only`,
    );
    let stopped: Promise<void> | undefined;
    void server.ended?.then(() => {
      if (stopped) return;
      log.error(
        { event: 'embedded_database.exited', dir },
        `the embedded PostgreSQL stopped unexpectedly; see ${join(dir, 'postgres.log')}`,
      );
    });
    const stop = (): Promise<void> => (stopped ??= disconnect(dir, server));
    return { url: url(databaseName), origin, version, dataDir: dir, isReused, stop };
  } catch (error) {
    if (use) await disconnect(dir, use);
    throw error;
  } finally {
    await release();
  }
};
