import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startTemporaryServer } from '../../../src/database/embedded/temporary-server.js';
import { commandsOn, hold, openFolder, processesOf, query, recordingLog, survivors } from './support/bench.js';

const env = { PATH: '' };
const { log } = recordingLog();

/** The clusters that lie in a cache folder. */
const runsIn = async (cacheDir: string): Promise<string[]> =>
  (await readdir(join(cacheDir, 'throwaway'))).filter((name) => name.startsWith('run-'));

describe('a throw-away cluster', { timeout: 60_000 }, () => {
  test('is a server of its own, without durability and with room for many schemas', async () => {
    const cacheDir = await openFolder();
    const [one, two] = await Promise.all([1, 2].map(() => startTemporaryServer({ cacheDir, log, env })));
    if (!one || !two) throw new Error('two clusters were started');
    await query(one.url, 'CREATE TABLE only_here (id integer)');
    expect(await query(two.url, "SELECT to_regclass('only_here') AS found")).toEqual([{ found: null }]);
    const rows = await query(
      one.url,
      `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commits,
              current_setting('full_page_writes') AS pages, current_setting('max_locks_per_transaction') AS locks,
              current_setting('max_connections')::int >= 200 AS connections, current_database() AS name,
              (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser`,
    );
    expect(rows).toEqual([
      {
        fsync: 'off',
        commits: 'off',
        pages: 'off',
        locks: '256',
        connections: true,
        name: 'postgres',
        superuser: true,
      },
    ]);
    const processes = [...(await processesOf(one.url, one.dataDir)), ...(await processesOf(two.url, two.dataDir))];
    await Promise.all([one.stop(), two.stop()]);
    await one.stop();
    expect(await survivors(processes, 0)).toEqual([]);
    expect(await runsIn(cacheDir)).toEqual([]);
  });

  test('is gone, files and all, when its process is killed', async () => {
    const cacheDir = await openFolder();
    const holder = await hold('throwaway', cacheDir);
    const processes = await processesOf(holder.url, holder.dataDir);
    await holder.kill();
    expect(await survivors(processes)).toEqual([]);
    await expect.poll(() => runsIn(cacheDir), { timeout: 10_000 }).toEqual([]);
  });

  test('sweeps up what was left when the supervisor was killed too', async () => {
    const cacheDir = await openFolder();
    const holder = await hold('throwaway', cacheDir);
    const processes = await processesOf(holder.url, holder.dataDir);
    const folder = dirname(holder.dataDir);
    for (const line of await commandsOn(folder)) {
      if (line.includes('rollcall-postgres')) process.kill(Number.parseInt(line, 10), 'SIGKILL');
    }
    await holder.kill();
    expect(await runsIn(cacheDir)).toHaveLength(1);
    const next = await startTemporaryServer({ cacheDir, log, env });
    expect(await survivors(processes, 0)).toEqual([]);
    expect(await runsIn(cacheDir)).toEqual([dirname(next.dataDir).split('/').at(-1)]);
    await next.stop();
  });

  test('makes a new template when the old one has lost files', async () => {
    const cacheDir = await openFolder();
    await (await startTemporaryServer({ cacheDir, log, env })).stop();
    const room = join(cacheDir, 'throwaway');
    const template = (await readdir(room)).find((name) => name.startsWith('template-')) ?? '';
    await rm(join(room, template, 'data', 'global'), { recursive: true });
    const healed = await startTemporaryServer({ cacheDir, log, env });
    expect(await query(healed.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await healed.stop();
    expect(await readdir(room)).toEqual([template]);
  });
});
