import { closeSync } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Logger } from '../../observability/logger.js';
import { chooseOsUser, chownTo, type OsUser } from './os-user.js';
import { findBinaries, type Binaries, type SearchEnvironment } from './binaries.js';
import { existingMajors, createDataDirectory, ensurePassword, ownerOf, stopPreviousServer } from './data-directory.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { releaseAndWait } from './shutdown.js';
import { superuser } from './initdb.js';
import { openWriteEnd } from './keep-alive-pipe.js';
import { findStorageDir, storageCandidates } from './storage-dir.js';
import { takeStartLock } from './start-lock.js';
import { removeState, readState, writeState, type ServerState } from './state.js';
import { launch } from './supervisor.js';
import { clearClients, registerClient, unregisterClient } from './clients.js';
import { waitFor } from './wait.js';

/** What every start sets; durability stays on, since people keep their development data here. */
const settings = { max_connections: '100', timezone: 'UTC', log_timezone: 'UTC' };

/** A log of more bytes is put aside at the next start. */
const maxLogBytes = 1_000_000;

/** How long a server that was joined may take to recover from the crash of a backend. */
const recoveryMs = 30_000;

/** How the development database is asked for. */
export interface EmbeddedServerOptions {
  /** The folder of the project's data; the cluster is kept in `pg<major version>` below it. */
  readonly dataDir: string;
  readonly log: Logger;
  /** Only PATH is looked at, for a `postgres` of the system. */
  readonly env: SearchEnvironment;
  /** Made when it is missing; letters, digits, `_` and `-`; `rollcall` when absent. */
  readonly databaseName?: string;
  /** The root of the npm package; null for none, found by resolution when absent. */
  readonly packageRoot?: string | null;
}

/** A running development database. */
export interface EmbeddedServer {
  /** Holds the password. */
  readonly url: string;
  readonly origin: 'system' | 'embedded';
  readonly version: string;
  /** The cluster's folder: `data/`, `postgres.log`, `password`. */
  readonly dataDir: string;
  /** Whether another process had started the server. */
  readonly isReused: boolean;
  /** Leaves the server; the last one to leave waits for a clean (fast) shutdown. */
  stop(): Promise<void>;
}

/** This process's hold on a running server. */
interface ServerUse {
  readonly state: ServerState;
  readonly writeEnd: number;
  /** The entry in the list of users. */
  readonly entry: string;
  readonly isReused: boolean;
  /** Kept when the server that was started here has ended; null for one that was joined. */
  readonly ended: Promise<void> | null;
}

/** Where the cluster is, and who serves it with which programs. */
interface Location {
  readonly dir: string;
  readonly user: OsUser | null;
  readonly binaries: Binaries;
}

/** Decides the place: data that are there already win over everything else. */
const findLocation = async ({ dataDir, log, env, packageRoot }: EmbeddedServerOptions): Promise<Location> => {
  const candidates = await storageCandidates(dataDir);
  const wanted = candidates[0] ?? dataDir;
  const majors = await Promise.all(candidates.map(existingMajors));
  const keeper = majors.findIndex((found) => found.length > 0);
  const [kept, keptMajors] = [candidates[keeper], majors[keeper] ?? []];
  const owner = kept === undefined ? null : await ownerOf(join(kept, `pg${keptMajors[0]}`, 'data'));
  const user = await chooseOsUser(owner);
  const storageDir = await findStorageDir(kept === undefined ? candidates : [kept], wanted, user, log);
  const binaries = await findBinaries({ env, user, storageDir, log, packageRoot }, keptMajors);
  if (keptMajors.length > 0 && !keptMajors.includes(binaries.major)) {
    log.warn(
      { event: 'embedded_database.other_version' },
      `the data in ${storageDir} belongs to PostgreSQL ${keptMajors.join(', ')}, but only ${binaries.version} is installed; starting with an empty database`,
    );
  }
  const dir = join(storageDir, `pg${binaries.major}`);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  if ((await ownerOf(dir))?.uid === 0) await chownTo(user, dir);
  const holder = await ownerOf(dir);
  if (!user && holder?.uid !== process.getuid?.()) {
    throw new EmbeddedPostgresError(
      `The database in ${dir} belongs to another user (${holder?.uid}); start as that user or as root, or change the owner.`,
    );
  }
  return { dir, user, binaries };
};

/** Joins the server that another process (or this one) runs on the folder; null when there is none. */
const joinRunning = async (dir: string): Promise<ServerUse | null> => {
  const writeEnd = openWriteEnd(join(dir, 'keepalive'));
  if (writeEnd === null) return null;
  const entry = await registerClient(dir, writeEnd);
  const state = await readState(dir);
  if (entry !== null && state !== null) {
    return { state, writeEnd, entry, isReused: true, ended: null };
  }
  closeSync(writeEnd);
  return null;
};

/** Starts a server on the folder, whatever a predecessor has left there. */
const start = async ({ dir, user, binaries }: Location, log: Logger): Promise<ServerUse> => {
  await createDataDirectory(dir, binaries, user, log);
  await stopPreviousServer(dir, user, log);
  await ensurePassword(dir, binaries, user, log);
  await clearClients(dir, user);
  const logFile = join(dir, 'postgres.log');
  if (((await stat(logFile).catch(() => null))?.size ?? 0) > maxLogBytes) await rename(logFile, `${logFile}.1`);
  const preferredPort = (await readState(dir))?.port;
  await removeState(dir);
  const launched = await launch({ binaries, user, dir, settings, stopSignal: 'INT', after: 'keep', preferredPort });
  const { port, supervisor, writeEnd, ended } = launched;
  const state = { port, supervisor, version: binaries.version, origin: binaries.origin };
  await writeState(dir, user, state);
  const entry = await registerClient(dir, writeEnd);
  if (entry !== null) return { state, writeEnd, entry, isReused: false, ended };
  closeSync(writeEnd);
  throw new EmbeddedPostgresError(`PostgreSQL exited right after it started; see ${logFile}.`);
};

/** One look at the databases, on a connection of its own; null while the server is still recovering (57P03). */
const tryEnsureDatabase = async (connectionString: string, name: string): Promise<true | null> => {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  // A server that goes away between two queries must not end the process.
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

/** Makes the database where it is missing, which also proves that the server answers to the password. */
const ensureDatabase = async (connectionString: string, name: string): Promise<void> => {
  if (await waitFor(() => tryEnsureDatabase(connectionString, name), recoveryMs)) return;
  throw new EmbeddedPostgresError(`The embedded PostgreSQL did not finish recovery within ${recoveryMs / 1000} s.`);
};

/** Gives up a hold; the last one to do so waits for the end of the server. */
const leaveServer = async (dir: string, { state, writeEnd, entry }: ServerUse): Promise<void> => {
  if (await unregisterClient(dir, entry))
    await releaseAndWait({ writeEnd, supervisor: state.supervisor }, join(dir, 'data'));
  else closeSync(writeEnd);
};

/**
 * Starts the development database in `<dataDir>/pg<major>`, or joins the one that another process runs there: the
 * server then lives until the last of them has left or died. Durability is on. It listens on 127.0.0.1 alone, asks for
 * a generated password (scram-sha-256), and is for development and tests only.
 * @throws {EmbeddedPostgresError} when there is no PostgreSQL, or it does not start; the message says what to do
 */
export const startEmbeddedServer = async (options: EmbeddedServerOptions): Promise<EmbeddedServer> => {
  if (process.platform === 'win32') {
    throw new EmbeddedPostgresError(
      'The embedded PostgreSQL requires a Unix shell; set DATABASE_URL to another server, or use WSL.',
    );
  }
  const { log, databaseName = superuser } = options;
  if (!/^[A-Za-z_][\w-]{0,62}$/u.test(databaseName)) {
    throw new EmbeddedPostgresError(`"${databaseName}" is not a valid database name; use letters, digits, _ and -.`);
  }
  const place = await findLocation(options);
  const { dir } = place;
  const release = await takeStartLock(join(dir, 'start.lock'));
  let hold: ServerUse | undefined;
  try {
    hold = (await joinRunning(dir)) ?? (await start(place, log));
    const { state, isReused } = hold;
    const password = await ensurePassword(dir, place.binaries, place.user, log);
    const url = (name: string): string => `postgres://${superuser}:${password}@127.0.0.1:${state.port}/${name}`;
    await ensureDatabase(url('postgres'), databaseName);
    log.info(
      {
        event: 'embedded_database.started',
        postgres_version: state.version,
        origin: state.origin,
        port: state.port,
        dir,
        isReused,
      },
      `${isReused ? 'joined the' : 'started an'} embedded PostgreSQL, for development and tests only`,
    );
    const held = hold;
    let stopped: Promise<void> | undefined;
    void held.ended?.then(() => {
      if (!stopped) {
        log.error(
          { event: 'embedded_database.exited', dir },
          `the embedded PostgreSQL stopped unexpectedly; see ${join(dir, 'postgres.log')}`,
        );
      }
    });
    return {
      url: url(databaseName),
      origin: state.origin,
      version: state.version,
      dataDir: dir,
      isReused,
      stop: () => (stopped ??= leaveServer(dir, held)),
    };
  } catch (error) {
    if (hold) await leaveServer(dir, hold);
    throw error;
  } finally {
    await release();
  }
};
