import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { createKeepAlivePipe } from './keep-alive-pipe.js';
import type { OsUser } from './os-user.js';
import { readPostmaster } from './postmaster.js';
import { identityOf } from './process-table.js';
import { bareEnvironment, spawnAs } from './run.js';
import { waitFor } from './wait.js';

/**
 * Starts PostgreSQL and reads the pipe on standard input: each line becomes a file in `clients/`, and end-of-file stops the
 * server. It runs in a separate session, so that Ctrl-C does not reach it, and ends with the server. Paths are relative, since
 * the folder may be renamed while the server runs.
 * Arguments: folder, stop signal, `remove` or `keep` (the folder, after a requested stop), command.
 */
const script = `
set -u
umask 077
dir=$1 signal=$2 after=$3
shift 3
cd "$dir" || exit 1
trap '' HUP INT TERM
exec 3<&0 </dev/null
"$@" >>postgres.log 2>&1 3<&- &
server=$!
(
  while read -r client <&3; do : >"clients/$client"; done
  exec 3<&-
  : >stopping
  kill -s "$signal" "$server"
) 2>/dev/null &
reader=$!
exec 3<&-
wait "$server"
kill -s KILL "$reader" 2>/dev/null
if [ "$after" = remove ] && [ -e stopping ]; then dir=$(pwd -P); cd / && rm -rf "$dir"; fi
`;

/** The name of the supervisor in the process list. */
export const supervisorName = 'embedded-postgres-supervisor';

/** Timeout of a start, including crash recovery. */
const startTimeoutMs = 60_000;

/** How long a start is retried while processes of a killed server still exist. */
const retryTimeoutMs = 10_000;

/** Options for `launch`. */
export interface LaunchOptions {
  readonly binaries: Binaries;
  readonly user: OsUser | null;
  /** Contains `data/`, `clients/`, the pipe and the log; belongs to the user. */
  readonly dir: string;
  readonly settings: Readonly<Record<string, string>>;
  /** INT: fast shutdown. QUIT: immediate shutdown, for temporary data. */
  readonly stopSignal: 'INT' | 'QUIT';
  readonly after: 'keep' | 'remove';
  /** Used if it is free, so that the URL stays the same. */
  readonly preferredPort?: number | undefined;
}

/** A server that accepts connections. */
export interface Launched {
  readonly port: number;
  /** Identity of the supervisor, which ends after the server. */
  readonly supervisor: string;
  readonly writeEnd: number;
  /** Resolves when the server and its supervisor have ended. */
  readonly ended: Promise<void>;
}

/** Checks whether a port of 127.0.0.1 is free, or finds one for 0; null when it is in use. */
const freePort = (port: number): Promise<number | null> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(null));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(address !== null && typeof address === 'object' ? address.port : null));
    });
  });

const lastLogLines = async (dir: string): Promise<string> =>
  (await readFile(join(dir, 'postgres.log'), 'utf8').catch(() => '')).trimEnd().split('\n').slice(-12).join('\n');

/** Tries once; null when the server exits before it accepts connections. */
const tryLaunch = async (options: LaunchOptions, port: number): Promise<Launched | null> => {
  const { dir, user, binaries, stopSignal, after } = options;
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
  const command = [binaries.postgres, '-D', dataDir, ...flags];
  const child = spawn('/bin/sh', ['-c', script, supervisorName, dir, stopSignal, after, ...command], {
    ...spawnAs(user),
    cwd: '/',
    env: bareEnvironment,
    detached: true,
    stdio: [readEnd, 'ignore', 'ignore'],
  });
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve()).once('error', () => resolve());
  });
  void ended.then(() => (hasEnded = true));
  closeSync(readEnd);
  const supervisor = child.pid === undefined ? null : await identityOf(child.pid);
  const result = await waitFor(async () => {
    const file = await readPostmaster(dataDir);
    // The file of a crashed server says "ready" too.
    const isNew = file?.pid !== stale?.pid || file?.startedAtSeconds !== stale?.startedAtSeconds;
    if (file?.ready && isNew && file.port === port) return 'ready' as const;
    return hasEnded ? ('ended' as const) : null;
  }, startTimeoutMs);
  if (result === 'ready' && supervisor !== null) {
    child.unref();
    return { port, supervisor, writeEnd, ended };
  }
  closeSync(writeEnd);
  if (result === null) {
    throw new EmbeddedPostgresError(
      `PostgreSQL did not start within ${startTimeoutMs / 1000} s:\n${await lastLogLines(dir)}`,
    );
  }
  return null;
};

/**
 * Starts a server on 127.0.0.1; resolves when it accepts connections.
 * @throws {EmbeddedPostgresError} with the last lines of the log of the server
 */
export const launch = async (options: LaunchOptions): Promise<Launched> => {
  const hadPidFile = (await readPostmaster(join(options.dir, 'data'))) !== null;
  const deadline = performance.now() + retryTimeoutMs;
  for (;;) {
    const preferred = options.preferredPort === undefined ? null : await freePort(options.preferredPort);
    const port = preferred ?? (await freePort(0));
    if (port === null) throw new EmbeddedPostgresError('No free port on 127.0.0.1.');
    const launched = await tryLaunch(options, port);
    if (launched) return launched;
    // Another process may have taken the port, and the backends of a killed server take a moment to exit.
    const portWasTaken = (await freePort(port)) === null;
    if (!(portWasTaken || hadPidFile) || performance.now() > deadline) {
      throw new EmbeddedPostgresError(
        `PostgreSQL failed to start; the last lines of its log:\n${await lastLogLines(options.dir)}`,
      );
    }
  }
};
