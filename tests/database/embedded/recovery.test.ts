import { mkdir, readdir, readFile, rm, writeFile, appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { startEmbeddedServer } from '../../../src/database/embedded/embedded-server.js';
import { EmbeddedPostgresError } from '../../../src/database/embedded/embedded-postgres-error.js';
import { readState } from '../../../src/database/embedded/state.js';
import { waitFor } from '../../../src/database/embedded/wait.js';
import {
  commandsOn,
  hold,
  openFolder,
  processesOf,
  query,
  recordingLog,
  spawnHolder,
  survivors,
} from './support/bench.js';

const env = { PATH: '' };
const { log } = recordingLog();

/** A cluster with one table, stopped. */
const stoppedCluster = async (): Promise<{ dataDir: string; home: string }> => {
  const dataDir = await openFolder();
  const server = await startEmbeddedServer({ dataDir, log, env });
  await query(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await server.stop();
  return { dataDir, home: server.dataDir };
};

/** Starts the cluster, expects the table, stops it. */
const expectKept = async (dataDir: string): Promise<void> => {
  const server = await startEmbeddedServer({ dataDir, log, env });
  expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  await server.stop();
};

describe('after a crash, the development database', { timeout: 60_000 }, () => {
  test('leaves no process behind when its only user is killed, and has the data at the next start', async () => {
    const dataDir = await openFolder();
    const holder = await hold('embedded', dataDir);
    await query(holder.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const processes = await processesOf(holder.url, join(holder.dataDir, 'data'));
    await holder.kill();
    expect(await survivors(processes)).toEqual([]);
    await expectKept(dataDir);
  });

  test('waits for a predecessor that is still shutting down', async () => {
    const dataDir = await openFolder();
    const holder = await hold('embedded', dataDir);
    await query(holder.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await holder.kill();
    await expectKept(dataDir);
  });

  test('recovers when server and supervisor were killed too', async () => {
    const dataDir = await openFolder();
    const holder = await hold('embedded', dataDir);
    await query(holder.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const processes = await processesOf(holder.url, join(holder.dataDir, 'data'));
    const supervisor = (await readState(holder.dataDir))?.supervisor ?? '';
    process.kill(Number.parseInt(supervisor, 10), 'SIGKILL');
    process.kill(Number.parseInt(processes[0] ?? '', 10), 'SIGKILL');
    await holder.kill();
    expect(await readFile(join(holder.dataDir, 'data', 'postmaster.pid'), 'utf8')).not.toBe('');
    await expectKept(dataDir);
  });

  test('ends a server whose supervisor was killed, and starts anew', async () => {
    const dataDir = await openFolder();
    const holder = await hold('embedded', dataDir);
    await query(holder.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const processes = await processesOf(holder.url, join(holder.dataDir, 'data'));
    // The whole group of the supervisor; the server's main process is in it, and is let live by name.
    const state = await readState(holder.dataDir);
    const main = Number.parseInt(processes[0] ?? '', 10);
    for (const line of await commandsOn(holder.dataDir)) {
      const pid = Number.parseInt(line, 10);
      if (pid !== main && line.includes('rollcall-postgres')) process.kill(pid, 'SIGKILL');
    }
    expect(await survivors([state?.supervisor ?? ''])).toEqual([]);
    await holder.kill();
    expect(await survivors(processes, 0)).not.toEqual([]);
    await expectKept(dataDir);
    expect(await survivors(processes, 0)).toEqual([]);
  });

  test('takes no other program for its server', async () => {
    const { dataDir, home } = await stoppedCluster();
    const data = join(home, 'data');
    await writeFile(join(data, 'postmaster.pid'), `${process.pid}\n${data}\n1\n1\n\n\n0 0\nready   \n`, {
      mode: 0o644,
    });
    await expectKept(dataDir);
  });

  test('makes the cluster again when initdb was killed half-way', async () => {
    const dataDir = await openFolder();
    const home = join(dataDir, 'pg17');
    const child = spawnHolder('embedded', dataDir);
    const halfMade = await waitFor(async () => {
      const name = (await readdir(home).catch(() => [])).find((entry) => entry.startsWith('data.new-'));
      return name !== undefined && (await readdir(join(home, name)).catch((): string[] => [])).includes('base')
        ? name
        : null;
    }, 20_000);
    expect(halfMade).not.toBeNull();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await readdir(home)).not.toContain('data');
    const server = await startEmbeddedServer({ dataDir, log, env });
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
  });

  test('removes what a half-made cluster left', async () => {
    const { dataDir, home } = await stoppedCluster();
    await mkdir(join(home, 'data.new-0123', 'base'), { recursive: true });
    await expectKept(dataDir);
    expect((await readdir(home)).filter((name) => name.startsWith('data.new-'))).toEqual([]);
  });

  test('passes over the start lock of a dead process', async () => {
    const { dataDir, home } = await stoppedCluster();
    await writeFile(join(home, 'start.lock'), '999999999-1 0123456789abcdef');
    await expectKept(dataDir);
    expect(await readdir(home)).not.toContain('start.lock');
  });

  test('sets a new password when the file was lost', async () => {
    const { dataDir, home } = await stoppedCluster();
    await rm(join(home, 'password'));
    await expectKept(dataDir);
    await expectKept(dataDir);
  });

  test('shows the end of the log when the server cannot start', async () => {
    const { dataDir, home } = await stoppedCluster();
    await appendFile(join(home, 'data', 'postgresql.conf'), "\nno_such_setting = 'x'\n");
    const failure = await startEmbeddedServer({ dataDir, log, env }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EmbeddedPostgresError);
    expect(String(failure)).toContain('no_such_setting');
    await expect.poll(() => commandsOn(home), { timeout: 10_000 }).toEqual([]);
  });
});
