import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { startEmbeddedServer } from '../../src/embedded-server.js';
import { identityOf, isRunning } from '../../src/process-table.js';
import { waitFor } from '../../src/wait.js';
import type { Logger } from '../../src/logger.js';

const makeFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'embedded-postgres-test-'));
  await chmod(folder, 0o755);
  return folder;
};

const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5 });

/** Creates a folder that every user can enter; removed after the test. */
export const openFolder = async (): Promise<string> => {
  const folder = await makeFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
};

/** A folder that every user can enter, for all tests of a file. */
export const useFolder = (): (() => string) => {
  let folder = '';
  beforeAll(async () => {
    folder = await makeFolder();
    return () => removeFolder(folder);
  });
  return () => folder;
};

/**
 * Data folders of a server that was stopped: copies of one, since initdb takes a second. The table `kept` contains one row, 41.
 * @returns creates a folder that is removed after the test
 */
export const useStoppedServers = (): (() => Promise<string>) => {
  let original = '';
  beforeAll(async () => {
    original = await makeFolder();
    const server = await startEmbeddedServer({ dataDir: original, env: { PATH: '' } });
    await query(server.url, 'CREATE TABLE kept AS SELECT 41 AS answer');
    await server.stop();
  });
  afterAll(() => removeFolder(original));
  return async () => {
    const folder = await openFolder();
    // With owners and permissions, which `fs.cp` does not copy.
    await promisify(execFile)('cp', ['-R', '-p', join(original, 'pg17'), folder]);
    return folder;
  };
};

/** Creates a logger that records its messages. */
export const recordingLog = (): { log: Logger; messages: () => string[] } => {
  const recorded: string[] = [];
  const record = (_fields: object, message: string): void => void recorded.push(message);
  return { log: { debug: record, info: record, warn: record, error: record }, messages: () => [...recorded] };
};

/** Runs one statement on a new connection and returns the rows. */
export const query = async <Row extends object>(url: string, text: string): Promise<Row[]> => {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
};

/** Identities of the processes of a server, including backends. */
export const processesOf = async (url: string, dataDir: string): Promise<string[]> => {
  const backends = await query<{ pid: number }>(url, 'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
  const main = Number.parseInt(await readFile(join(dataDir, 'postmaster.pid'), 'utf8'), 10);
  const identities = await Promise.all([main, ...backends.map(({ pid }) => pid)].map(identityOf));
  return identities.filter((identity) => identity !== null);
};

/** Waits until all processes have ended; returns those that are still running after the timeout. */
export const stillRunning = async (identities: readonly string[], timeoutMs = 10_000): Promise<string[]> => {
  const alive = async (): Promise<string[]> => {
    const states = await Promise.all(identities.map(isRunning));
    return identities.filter((_, index) => states[index]);
  };
  await waitFor(async () => ((await alive()).length === 0 ? true : null), timeoutMs);
  return alive();
};

/** Command lines that contain a folder, except that of this process. */
export const commandsOn = async (folder: string): Promise<string[]> => {
  const commands: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/u.test(name) && Number(name) !== process.pid)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(folder)) commands.push(`${pid} ${command.replaceAll('\0', ' ')}`);
  }
  return commands;
};

/** A child process that uses a server. */
export interface ServerProcess {
  readonly process: ChildProcess;
  readonly url: string;
  readonly dataDir: string;
  readonly isReused: boolean;
  /** Reads the next line of its output. */
  next(): Promise<Record<string, unknown>>;
  /** Kills it with SIGKILL and waits for its end. */
  kill(): Promise<void>;
  /** Stops its server and ends it; returns the exit code. */
  stop(): Promise<number | null>;
}

/** The server that a process starts; a temporary one is in memory if there is room. */
export type ServerKind = 'embedded' | 'temporary' | 'temporary-on-disk';

/** Starts a child process without waiting for its server. */
export const spawnServerProcess = (kind: ServerKind, folder: string): ChildProcess => {
  const script = fileURLToPath(new URL('server-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, kind, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // A separate process group, so that a test can send SIGINT to the whole group like Ctrl-C.
    detached: true,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
};

/** Starts a child process and waits for its server. */
export const startServerProcess = async (kind: ServerKind, folder: string): Promise<ServerProcess> => {
  const child = spawnServerProcess(kind, folder);
  if (!child.stdout) throw new Error('the child process has no standard output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Record<string, unknown>> => {
    const line = await lines.next();
    if (line.done) throw new Error('the child process ended without output');
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
