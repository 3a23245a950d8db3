import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import { identityOf, isRunning } from '../../../../src/database/embedded/process-table.js';
import { waitFor } from '../../../../src/database/embedded/wait.js';
import { createLogger, type Logger } from '../../../../src/observability/logger.js';

/** A folder that every user may pass through, removed after the test. */
export const openFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-embedded-test-'));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
};

/** A logger, and the messages it got. */
export const recordingLog = (): { log: Logger; messages: () => string[] } => {
  const lines: string[] = [];
  const log = createLogger('debug', { write: (line: string) => void lines.push(line) });
  return { log, messages: () => lines.map((line) => (JSON.parse(line) as { msg: string }).msg) };
};

/** Runs one statement on a fresh connection; answers its rows. */
export const query = async <Row extends object>(url: string, text: string): Promise<Row[]> => {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
};

/** Names the server's processes, backends included, so that their end can be awaited. */
export const processesOf = async (url: string, dataDir: string): Promise<string[]> => {
  const backends = await query<{ pid: number }>(url, 'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
  const main = Number.parseInt(await readFile(join(dataDir, 'postmaster.pid'), 'utf8'), 10);
  const identities = await Promise.all([main, ...backends.map(({ pid }) => pid)].map(identityOf));
  return identities.filter((identity) => identity !== null);
};

/** Waits until none of the processes runs; answers those that still do after the time. */
export const survivors = async (identities: readonly string[], timeoutMs = 10_000): Promise<string[]> => {
  const alive = async (): Promise<string[]> => {
    const states = await Promise.all(identities.map(isRunning));
    return identities.filter((_, index) => states[index]);
  };
  await waitFor(async () => ((await alive()).length === 0 ? true : null), timeoutMs);
  return alive();
};

/** The names of the processes whose command line mentions a folder, this one left out. */
export const commandsOn = async (folder: string): Promise<string[]> => {
  const commands: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/u.test(name) && Number(name) !== process.pid)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(folder)) commands.push(`${pid} ${command.replaceAll('\0', ' ')}`);
  }
  return commands;
};

/** A child process that holds a server. */
export interface Holder {
  readonly process: ChildProcess;
  readonly url: string;
  readonly dataDir: string;
  readonly isReused: boolean;
  /** The next line that it prints. */
  next(): Promise<Record<string, unknown>>;
  /** Kills it without warning, and waits for its end. */
  kill(): Promise<void>;
  /** Lets it stop its server and end; answers the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the child without waiting for its server. */
export const spawnHolder = (kind: 'embedded' | 'throwaway', folder: string): ChildProcess => {
  const script = fileURLToPath(new URL('child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, kind, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // A group of its own, so that a test can send it what a terminal sends on Ctrl-C.
    detached: true,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
};

/** Starts a child, and waits until its server serves. */
export const hold = async (kind: 'embedded' | 'throwaway', folder: string): Promise<Holder> => {
  const child = spawnHolder(kind, folder);
  if (!child.stdout) throw new Error('the child has no standard output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Record<string, unknown>> => {
    const line = await lines.next();
    if (line.done) throw new Error('the child ended without a word');
    return JSON.parse(line.value) as Record<string, unknown>;
  };
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const { url, dataDir, isReused } = (await next()) as { url: string; dataDir: string; isReused: boolean };
  return {
    process: child,
    url,
    dataDir,
    isReused,
    next,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    stop: async () => {
      child.stdin?.write('stop\n');
      return (await ended)[0];
    },
  };
};
