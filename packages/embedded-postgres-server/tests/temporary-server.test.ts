import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fitsIntoMemory } from '../src/shared-memory.js';
import { supervisorName } from '../src/supervisor.js';
import { startTemporaryServer } from '../src/temporary-server.js';
import {
  commandsOn,
  startServerProcess,
  processesOf,
  query,
  recordingLog,
  stillRunning,
  useFolder,
} from './support/harness.js';

const env = { PATH: '' };
const { log } = recordingLog();

/** Folders of running servers in a cache folder. */
const runsIn = async (cacheDir: string): Promise<string[]> =>
  (await readdir(join(cacheDir, 'temporary'))).filter((name) => name.startsWith('run-'));

describe('startTemporaryServer', { timeout: 60_000 }, () => {
  // The template in it is created once.
  const folder = useFolder();

  test('starts separate servers without durability and with capacity for many schemas', async () => {
    const cacheDir = folder();
    const [one, two] = await Promise.all(
      [1, 2].map(() => startTemporaryServer({ cacheDir, inMemory: false, log, env })),
    );
    if (!one || !two) throw new Error('two servers were started');
    await query(one.url, 'CREATE TABLE only_here (id integer)');
    expect(await query(two.url, "SELECT to_regclass('only_here') AS found")).toEqual([{ found: null }]);
    const rows = await query(
      one.url,
      `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commits,
              current_setting('full_page_writes') AS pages, current_setting('wal_skip_threshold') AS logged,
              current_setting('max_locks_per_transaction') AS locks,
              current_setting('max_wal_size') AS log_size, current_setting('dynamic_shared_memory_type') AS shared,
              current_setting('max_connections')::int >= 200 AS connections, current_database() AS name,
              (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser`,
    );
    expect(rows).toEqual([
      {
        fsync: 'off',
        commits: 'off',
        pages: 'off',
        logged: '0',
        locks: '256',
        log_size: '256MB',
        shared: 'mmap',
        connections: true,
        name: 'postgres',
        superuser: true,
      },
    ]);
    const processes = [...(await processesOf(one.url, one.dataDir)), ...(await processesOf(two.url, two.dataDir))];
    await Promise.all([one.stop(), two.stop()]);
    await one.stop();
    expect(await stillRunning(processes, 0)).toEqual([]);
    expect(await runsIn(cacheDir)).toEqual([]);
  });

  test('has its files in memory if there is room, and removes abandoned ones from there', async () => {
    const first = await startTemporaryServer({ cacheDir: folder(), log, env });
    expect(first.dataDir.startsWith('/dev/shm/postgres-postgres-')).toBe(await fitsIntoMemory());
    const run = dirname(first.dataDir);
    const all = dirname(run);
    expect(await readdir(all)).toContain(basename(run));
    await first.stop();
    expect(await readdir(all)).not.toContain(basename(run));

    const abandoned = `run-999999999-1-${randomBytes(4).toString('hex')}`;
    await mkdir(join(all, abandoned));
    const next = await startTemporaryServer({ cacheDir: folder(), log, env });
    expect(await readdir(all)).not.toContain(abandoned);
    await next.stop();
  });

  test('needs an in-memory file system with free space', async () => {
    const mounts = await readFile('/proc/mounts', 'utf8').catch(() => '');
    expect(await fitsIntoMemory(1)).toBe(/^\S+ \/dev\/shm tmpfs /m.test(mounts));
    expect(await fitsIntoMemory(2 ** 60)).toBe(false);
  });

  test.each(['temporary', 'temporary-on-disk'] as const)(
    'leaves no files when its process is killed (%s)',
    async (kind) => {
      const child = await startServerProcess(kind, folder());
      const processes = await processesOf(child.url, child.dataDir);
      const run = dirname(child.dataDir);
      expect(await readdir(dirname(run))).toContain(basename(run));
      await child.kill();
      expect(await stillRunning(processes)).toEqual([]);
      await expect.poll(() => readdir(dirname(run)), { timeout: 10_000 }).not.toContain(basename(run));
    },
  );

  test('removes what is left of a server whose supervisor was killed', async () => {
    const cacheDir = folder();
    const child = await startServerProcess('temporary-on-disk', cacheDir);
    const processes = await processesOf(child.url, child.dataDir);
    for (const line of await commandsOn(dirname(child.dataDir))) {
      if (line.includes(supervisorName)) process.kill(Number.parseInt(line, 10), 'SIGKILL');
    }
    await child.kill();
    expect(await runsIn(cacheDir)).toHaveLength(1);
    const next = await startTemporaryServer({ cacheDir, inMemory: false, log, env });
    expect(await stillRunning(processes, 0)).toEqual([]);
    expect(await runsIn(cacheDir)).toEqual([dirname(next.dataDir).split('/').at(-1)]);
    await next.stop();
  });

  test('creates a new template when files of the old one are missing', async () => {
    const cacheDir = folder();
    await (await startTemporaryServer({ cacheDir, inMemory: false, log, env })).stop();
    const temporary = join(cacheDir, 'temporary');
    const template = (await readdir(temporary)).find((name) => name.startsWith('template-')) ?? '';
    await rm(join(temporary, template, 'data', 'global'), { recursive: true });
    const repaired = await startTemporaryServer({ cacheDir, inMemory: false, log, env });
    expect(await query(repaired.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await repaired.stop();
    expect(await readdir(temporary)).toEqual([template]);
  });
});
