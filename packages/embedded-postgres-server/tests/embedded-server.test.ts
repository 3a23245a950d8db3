import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startEmbeddedServer } from '../src/embedded-server.js';
import {
  startServerProcess,
  openFolder,
  processesOf,
  query,
  recordingLog,
  stillRunning,
  useStoppedServers,
} from './support/harness.js';

const env = { PATH: '' };
const stoppedServer = useStoppedServers();

describe('startEmbeddedServer', { timeout: 60_000 }, () => {
  test('keeps data, password and port across restarts, with durability on', async () => {
    const dataDir = await openFolder();
    const { log, messages } = recordingLog();
    const options = { dataDir, log, env, name: 'rollcall' };
    const first = await startEmbeddedServer(options);
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    expect(first).toMatchObject({ origin: 'embedded', isReused: false, dataDir: join(dataDir, 'pg17') });
    expect(first.version).toMatch(/^17\.\d+$/u);
    const settings = await query(
      first.url,
      `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commits,
              current_setting('full_page_writes') AS pages, current_setting('listen_addresses') AS listens,
              current_setting('unix_socket_directories') AS sockets, current_setting('server_encoding') AS encoding,
              current_setting('password_encryption') AS encryption, current_database() AS name,
              (SELECT datcollate FROM pg_database WHERE datname = current_database()) AS locale`,
    );
    expect(settings).toEqual([
      {
        fsync: 'on',
        commits: 'on',
        pages: 'on',
        listens: '127.0.0.1',
        sockets: '',
        encoding: 'UTF8',
        encryption: 'scram-sha-256',
        name: 'rollcall',
        locale: 'C',
      },
    ]);
    const processes = await processesOf(first.url, join(first.dataDir, 'data'));
    await first.stop();
    await first.stop();
    expect(await stillRunning(processes, 0)).toEqual([]);

    const second = await startEmbeddedServer(options);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(second.url).toBe(first.url);
    await second.stop();
    expect(messages().filter((message) => message.includes('for development and tests only'))).toHaveLength(2);
  });

  test('requires the password, which only its owner can read', async () => {
    const server = await startEmbeddedServer({ dataDir: await stoppedServer(), log: recordingLog().log, env });
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    const file = await stat(join(server.dataDir, 'password'));
    expect(file.mode & 0o777).toBe(0o600);
    expect((await stat(server.dataDir)).mode & 0o777).toBe(0o700);
    await server.stop();
  });

  test('creates the requested database and rejects an invalid name', async () => {
    const dataDir = await stoppedServer();
    const { log } = recordingLog();
    const plain = await startEmbeddedServer({ dataDir, log, env });
    const odd = await startEmbeddedServer({ dataDir, log, env, databaseName: 'Other-one' });
    expect(await query(odd.url, 'SELECT current_database() AS name')).toEqual([{ name: 'Other-one' }]);
    await plain.stop();
    expect(await query(odd.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await odd.stop();
    await expect(startEmbeddedServer({ dataDir, log, env, databaseName: 'a/b' })).rejects.toThrow(
      '"a/b" is not a valid database name',
    );
  });

  test('is shared by processes that start at once, until the last one stops', async () => {
    const dataDir = await stoppedServer();
    const children = await Promise.all([1, 2, 3].map(() => startServerProcess('embedded', dataDir)));
    expect(children.filter(({ isReused }) => !isReused)).toHaveLength(1);
    expect(new Set(children.map(({ url }) => url)).size).toBe(1);
    const starter = children.find(({ isReused }) => !isReused);
    const [leaver, last] = children.filter(({ isReused }) => isReused);
    if (!starter || !leaver || !last) throw new Error('three processes were started');
    const processes = await processesOf(last.url, join(last.dataDir, 'data'));
    await starter.kill();
    expect(await leaver.stop()).toBe(0);
    expect(await query(last.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await last.stop()).toBe(0);
    expect(await stillRunning(processes, 0)).toEqual([]);
  });

  test('survives Ctrl-C, so that its users can close their connections first', async () => {
    const child = await startServerProcess('embedded', await stoppedServer());
    process.kill(-(child.process.pid ?? 0), 'SIGINT');
    expect(await child.next()).toEqual({ answered: 1 });
    expect(await child.stop()).toBe(0);
  });

  test('logs an unexpected exit of the server', async () => {
    const { log, messages } = recordingLog();
    const stopped = await stoppedServer();
    const server = await startEmbeddedServer({ dataDir: stopped, log, env });
    const processes = await processesOf(server.url, join(server.dataDir, 'data'));
    process.kill(Number.parseInt(processes[0] ?? '', 10), 'SIGKILL');
    await expect.poll(messages, { timeout: 10_000 }).toContainEqual(expect.stringContaining('stopped unexpectedly'));
    await server.stop();
    // When it starts again, PostgreSQL removes the shared memory of the killed server.
    await (await startEmbeddedServer({ dataDir: stopped, env })).stop();
  });
});
