import { mkdir, readdir, readFile, rename, rm, writeFile, appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmbeddedServer } from '../src/embedded-server.js';
import { EmbeddedPostgresError } from '../src/embedded-postgres-error.js';
import { findRunningServer } from '../src/find-running.js';
import { hasReader } from '../src/keep-alive-pipe.js';
import { readState } from '../src/state.js';
import { supervisorName } from '../src/supervisor.js';
import { waitFor } from '../src/wait.js';
import {
  commandsOn,
  startServerProcess,
  openFolder,
  processesOf,
  query,
  recordingLog,
  spawnServerProcess,
  stillRunning,
  useStoppedServers,
  type ServerProcess,
} from './support/harness.js';

const env = { PATH: '' };
const { log } = recordingLog();

const stoppedServer = useStoppedServers();

/** Starts the server, expects the rows, and stops the server. */
const expectData = async (dataDir: string, answers: readonly number[]): Promise<void> => {
  const server = await startEmbeddedServer({ dataDir, log, env });
  expect(await query(server.url, 'SELECT answer FROM kept ORDER BY answer')).toEqual(
    answers.map((answer) => ({ answer })),
  );
  await server.stop();
};

/** Starts a server in another process, and kills it together with its supervisor; returns the processes that it had. */
const killServer = async (dataDir: string): Promise<{ child: ServerProcess; processes: readonly string[] }> => {
  const child = await startServerProcess('embedded', dataDir);
  await query(child.url, 'INSERT INTO kept VALUES (42)');
  const processes = await processesOf(child.url, join(child.dataDir, 'data'));
  const supervisor = (await readState(child.dataDir))?.supervisor ?? '';
  process.kill(Number.parseInt(supervisor, 10), 'SIGKILL');
  process.kill(Number.parseInt(processes[0] ?? '', 10), 'SIGKILL');
  return { child, processes };
};

describe('startEmbeddedServer after a crash', { timeout: 60_000 }, () => {
  test('leaves no process when its only user is killed, and keeps the data', async () => {
    const dataDir = await stoppedServer();
    const child = await startServerProcess('embedded', dataDir);
    await query(child.url, 'INSERT INTO kept VALUES (42)');
    const processes = await processesOf(child.url, join(child.dataDir, 'data'));
    await child.kill();
    expect(await stillRunning(processes)).toEqual([]);
    await expectData(dataDir, [41, 42]);
  });

  test('waits for a previous server that is still shutting down', async () => {
    const dataDir = await stoppedServer();
    const child = await startServerProcess('embedded', dataDir);
    await query(child.url, 'INSERT INTO kept VALUES (42)');
    await child.kill();
    await expectData(dataDir, [41, 42]);
  });

  test('recovers after server and supervisor were killed', async () => {
    const dataDir = await stoppedServer();
    const { child } = await killServer(dataDir);
    await child.kill();
    expect(await readFile(join(child.dataDir, 'data', 'postmaster.pid'), 'utf8')).not.toBe('');
    await expectData(dataDir, [41, 42]);
  });

  test('does not join a server that was killed while another process uses it', async () => {
    const dataDir = await stoppedServer();
    const { child, processes } = await killServer(dataDir);
    expect(await stillRunning(processes)).toEqual([]);
    // The child of the supervisor that reads from the pipe keeps running.
    expect(hasReader(join(child.dataDir, 'keepalive'))).toBe(true);
    expect(await findRunningServer({ dataDir })).toBeNull();
    await expectData(dataDir, [41, 42]);
  });

  test('finds a server whose folder was renamed', async () => {
    const before = await stoppedServer();
    const child = await startServerProcess('embedded', before);
    const dataDir = `${before}-renamed`;
    await rename(before, dataDir);
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
    expect(await findRunningServer({ dataDir })).toBe(child.url);
    await rename(dataDir, before);
    await child.stop();
  });

  test('joins a server whose folder was renamed', async () => {
    const before = await stoppedServer();
    const child = await startServerProcess('embedded', before);
    const dataDir = `${before}-renamed`;
    await rename(before, dataDir);
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
    const joined = await startEmbeddedServer({ dataDir, log, env });
    expect({ url: joined.url, isReused: joined.isReused }).toEqual({ url: child.url, isReused: true });
    await joined.stop();
    expect(await query(child.url, 'SELECT answer FROM kept')).toEqual([{ answer: 41 }]);
    const processes = await processesOf(child.url, join(joined.dataDir, 'data'));
    await child.stop();
    expect(await stillRunning(processes)).toEqual([]);
    await expectData(dataDir, [41]);
  });

  test('stops a server whose supervisor was killed, and starts a new one', async () => {
    const dataDir = await stoppedServer();
    const child = await startServerProcess('embedded', dataDir);
    await query(child.url, 'INSERT INTO kept VALUES (42)');
    const processes = await processesOf(child.url, join(child.dataDir, 'data'));
    // Kills all processes of the supervisor except the main process of the server.
    const state = await readState(child.dataDir);
    const main = Number.parseInt(processes[0] ?? '', 10);
    for (const line of await commandsOn(child.dataDir)) {
      const pid = Number.parseInt(line, 10);
      if (pid !== main && line.includes(supervisorName)) process.kill(pid, 'SIGKILL');
    }
    expect(await stillRunning([state?.supervisor ?? ''])).toEqual([]);
    await child.kill();
    expect(await stillRunning(processes, 0)).not.toEqual([]);
    await expectData(dataDir, [41, 42]);
    expect(await stillRunning(processes, 0)).toEqual([]);
  });

  test('does not mistake another program for its server', async () => {
    const dataDir = await stoppedServer();
    const home = join(dataDir, 'pg17');
    const data = join(home, 'data');
    await writeFile(join(data, 'postmaster.pid'), `${process.pid}\n${data}\n1\n1\n\n\n0 0\nready   \n`, {
      mode: 0o644,
    });
    await expectData(dataDir, [41]);
  });

  test('creates the data directory again after initdb was killed', async () => {
    const dataDir = await openFolder();
    const home = join(dataDir, 'pg17');
    const child = spawnServerProcess('embedded', dataDir);
    const incomplete = await waitFor(async () => {
      const name = (await readdir(home).catch(() => [])).find((entry) => entry.startsWith('data.new-'));
      return name !== undefined && (await readdir(join(home, name)).catch((): string[] => [])).includes('base')
        ? name
        : null;
    }, 20_000);
    expect(incomplete).not.toBeNull();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await readdir(home)).not.toContain('data');
    const server = await startEmbeddedServer({ dataDir, log, env });
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
  });

  test('removes an incomplete data directory', async () => {
    const dataDir = await stoppedServer();
    const home = join(dataDir, 'pg17');
    await mkdir(join(home, 'data.new-0123', 'base'), { recursive: true });
    await expectData(dataDir, [41]);
    expect((await readdir(home)).filter((name) => name.startsWith('data.new-'))).toEqual([]);
  });

  test('ignores the start lock of a dead process', async () => {
    const dataDir = await stoppedServer();
    const home = join(dataDir, 'pg17');
    await writeFile(join(home, 'start.lock'), '999999999-1 0123456789abcdef');
    await expectData(dataDir, [41]);
    expect(await readdir(home)).not.toContain('start.lock');
  });

  test('sets a new password when the password file is missing', async () => {
    const dataDir = await stoppedServer();
    const home = join(dataDir, 'pg17');
    await rm(join(home, 'password'));
    await expectData(dataDir, [41]);
    await expectData(dataDir, [41]);
  });

  test('includes the end of the log in the error when the server cannot start', async () => {
    const dataDir = await stoppedServer();
    const home = join(dataDir, 'pg17');
    await appendFile(join(home, 'data', 'postgresql.conf'), "\nno_such_setting = 'x'\n");
    const failure = await startEmbeddedServer({ dataDir, log, env }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EmbeddedPostgresError);
    expect(String(failure)).toContain('no_such_setting');
    await expect.poll(() => commandsOn(home), { timeout: 10_000 }).toEqual([]);
  });
});
