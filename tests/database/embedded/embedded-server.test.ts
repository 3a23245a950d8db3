import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startEmbeddedServer } from '../../../src/database/embedded/embedded-server.js';
import { hold, openFolder, processesOf, query, recordingLog, survivors } from './support/bench.js';

const env = { PATH: '' };

describe('the development database', { timeout: 60_000 }, () => {
  test('keeps its data, password and port over a restart, with durability on', async () => {
    const dataDir = await openFolder();
    const { log, messages } = recordingLog();
    const first = await startEmbeddedServer({ dataDir, log, env });
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
    expect(await survivors(processes, 0)).toEqual([]);

    const second = await startEmbeddedServer({ dataDir, log, env });
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(second.url).toBe(first.url);
    await second.stop();
    expect(messages().filter((message) => message.includes('for development and tests only'))).toHaveLength(2);
  });

  test('asks for the password, which only its owner may read', async () => {
    const server = await startEmbeddedServer({ dataDir: await openFolder(), log: recordingLog().log, env });
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    const file = await stat(join(server.dataDir, 'password'));
    expect(file.mode & 0o777).toBe(0o600);
    expect((await stat(server.dataDir)).mode & 0o777).toBe(0o700);
    await server.stop();
  });

  test('makes the database that is asked for, and refuses what is no name', async () => {
    const dataDir = await openFolder();
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

  test('serves several processes that start at once, until the last has left', async () => {
    const dataDir = await openFolder();
    const holders = await Promise.all([1, 2, 3].map(() => hold('embedded', dataDir)));
    expect(holders.filter(({ isReused }) => !isReused)).toHaveLength(1);
    expect(new Set(holders.map(({ url }) => url)).size).toBe(1);
    const starter = holders.find(({ isReused }) => !isReused);
    const [leaver, last] = holders.filter(({ isReused }) => isReused);
    if (!starter || !leaver || !last) throw new Error('three holders were started');
    const processes = await processesOf(last.url, join(last.dataDir, 'data'));
    await starter.kill();
    expect(await leaver.stop()).toBe(0);
    expect(await query(last.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await last.stop()).toBe(0);
    expect(await survivors(processes, 0)).toEqual([]);
  });

  test('outlives Ctrl-C, so that the service can close its pools first', async () => {
    const holder = await hold('embedded', await openFolder());
    process.kill(-(holder.process.pid ?? 0), 'SIGINT');
    expect(await holder.next()).toEqual({ answered: 1 });
    expect(await holder.stop()).toBe(0);
  });

  test('says so when the server ends by itself', async () => {
    const { log, messages } = recordingLog();
    const server = await startEmbeddedServer({ dataDir: await openFolder(), log, env });
    const dataDir = join(server.dataDir, 'data');
    const processes = await processesOf(server.url, dataDir);
    process.kill(Number.parseInt(processes[0] ?? '', 10), 'SIGKILL');
    await expect.poll(messages, { timeout: 10_000 }).toContainEqual(expect.stringContaining('stopped unexpectedly'));
    await server.stop();
  });
});
