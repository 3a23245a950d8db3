import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '../../clock.js';
import type { OsUser } from './os-user.js';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { createKeepAlivePipe } from './keep-alive-pipe.js';
import { readPostmaster } from './postmaster.js';
import { identityOf } from './process-table.js';
import { spawnAs, bareEnvironment } from './run.js';
import { waitFor } from './wait.js';

/**
 * Starts PostgreSQL and reads the keep-alive pipe on its standard input: each word becomes a file in `users/`, the end of
 * the file stops the server. It runs in a session of its own, so Ctrl-C does not reach it, and it ends with the server.
 * Arguments: folder, signal that stops the server, `remove` or `keep` (the folder, after an ordered stop), command.
 */
const script = `
set -u
umask 077
dir=$1 signal=$2 after=$3
shift 3
trap '' HUP INT TERM
exec 3<&0 </dev/null
"$@" >>"$dir/postgres.log" 2>&1 3<&- &
server=$!
(
  while read -r word <&3; do : >"$dir/users/$word"; done
  exec 3<&-
  : >"$dir/stopping"
  kill -s "$signal" "$server"
) 2>/dev/null &
reader=$!
exec 3<&-
wait "$server"
kill -s KILL "$reader" 2>/dev/null
if [ "$after" = remove ] && [ -e "$dir/stopping" ]; then rm -rf "$dir"; fi
`;

/** How long a start may take, crash recovery included. */
const startTimeoutMs = 60_000;

/** How long the leftovers of a killed server may stand in the way of the next one. */
const retryTimeoutMs = 10_000;

/** What to start. */
export interface LaunchOptions {
  readonly binaries: Binaries;
  readonly user: OsUser | null;
  /** Holds `data/`, `users/`, the keep-alive pipe and the log; belongs to the user. */
  readonly dir: string;
  readonly settings: Readonly<Record<string, string>>;
  /** INT: fast, a clean shutdown. QUIT: immediate, for data that is thrown away. */
  readonly stopSignal: 'INT' | 'QUIT';
  readonly after: 'keep' | 'remove';
  /** Taken when it is free, so that the address stays the same. */
  readonly preferredPort?: number | undefined;
}

/** A server that accepts connections. */
export interface Launched {
  readonly port: number;
  /** The supervisor, as identityOf names it; it ends after the server. */
  readonly supervisor: string;
  readonly writeEnd: number;
  /** Kept when the server and its supervisor have ended, for whatever reason. */
  readonly ended: Promise<void>;
}

/** Asks for a port of 127.0.0.1: the given one, or any; null when it is taken. */
const freePort = (port: number): Promise<number | null> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(null));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(address !== null && typeof address === 'object' ? address.port : null));
    });
  });

/** The last lines of the server's log. */
const lastLines = async (dir: string): Promise<string> =>
  (await readFile(join(dir, 'postgres.log'), 'utf8').catch(() => '')).trimEnd().split('\n').slice(-12).join('\n');

/** One attempt; null when the server ended instead of coming up. */
const tryLaunch = async (options: LaunchOptions, port: number): Promise<Launched | null> => {
  const { dir, user, binaries } = options;
  const dataDir = join(dir, 'data');
  const stale = await readPostmaster(dataDir);
  await rm(join(dir, 'stopping'), { force: true });
  const { readEnd, writeEnd } = await createKeepAlivePipe(join(dir, 'keepalive'), user);
  const settings = {
    ...options.settings,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(
    '/bin/sh',
    [
      '-c',
      script,
      'rollcall-postgres',
      dir,
      options.stopSignal,
      options.after,
      binaries.postgres,
      '-D',
      dataDir,
      ...flags,
    ],
    { ...spawnAs(user), cwd: '/', env: bareEnvironment, detached: true, stdio: [readEnd, 'ignore', 'ignore'] },
  );
  let over = false;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve()).once('error', () => resolve());
  });
  void ended.then(() => (over = true));
  closeSync(readEnd);
  const supervisor = child.pid === undefined ? null : await identityOf(child.pid);
  const outcome = await waitFor(async () => {
    const file = await readPostmaster(dataDir);
    // A server that crashed has left a file that says "ready" too.
    const isNew = file?.pid !== stale?.pid || file?.startedAtSeconds !== stale?.startedAtSeconds;
    if (file?.ready && isNew && file.port === port) return 'ready' as const;
    return over ? ('ended' as const) : null;
  }, startTimeoutMs);
  if (outcome === 'ready' && supervisor !== null) {
    child.unref();
    return { port, supervisor, writeEnd, ended };
  }
  closeSync(writeEnd);
  if (outcome === null) {
    throw new EmbeddedPostgresError(
      `PostgreSQL did not start within ${startTimeoutMs / 1000} s:\n${await lastLines(dir)}`,
    );
  }
  return null;
};

/**
 * Starts a server on 127.0.0.1, and comes back when it accepts connections.
 * @throws {EmbeddedPostgresError} with the last lines of the server's log
 */
export const launch = async (options: LaunchOptions): Promise<Launched> => {
  const hadLeftovers = (await readPostmaster(join(options.dir, 'data'))) !== null;
  const deadline = systemClock.monotonicMs() + retryTimeoutMs;
  for (;;) {
    const preferred = options.preferredPort === undefined ? null : await freePort(options.preferredPort);
    const port = preferred ?? (await freePort(0));
    if (port === null) throw new EmbeddedPostgresError('No free port on 127.0.0.1.');
    const launched = await tryLaunch(options, port);
    if (launched) return launched;
    // Somebody else may have taken the port meanwhile, and the backends of a killed server take a moment to leave.
    const portWasTaken = (await freePort(port)) === null;
    if (!(portWasTaken || hadLeftovers) || systemClock.monotonicMs() > deadline) {
      throw new EmbeddedPostgresError(
        `PostgreSQL failed to start; the last lines of its log:\n${await lastLines(options.dir)}`,
      );
    }
  }
};
