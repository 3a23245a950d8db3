import { chmod, cp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { chooseOsUser } from '../src/os-user.js';
import { findBinaries, type Binaries } from '../src/binaries.js';
import { startEmbeddedServer } from '../src/embedded-server.js';
import { findRunningServer } from '../src/find-running.js';
import { linkLibraries, findPackageRoot } from '../src/package-binaries.js';
import { openFolder, query, recordingLog } from './support/harness.js';

const packageRoot = (await findPackageRoot()) ?? '';

/** Copies the package without the links in its list, as npm installs it without install scripts. */
const bareCopy = async (folder: string): Promise<string> => {
  const copy = join(folder, 'package');
  const list = JSON.parse(await readFile(join(packageRoot, 'native/pg-symlinks.json'), 'utf8')) as { target: string }[];
  const links = new Set(list.map(({ target }) => join(packageRoot, target)));
  await cp(packageRoot, copy, { recursive: true, filter: (path) => !links.has(path) });
  return copy;
};

/** Searches with default options. */
const search = async (
  options: { PATH?: string; packageRoot?: string | null; storageDir?: string },
  majors: number[] = [],
): Promise<Binaries> =>
  findBinaries(
    {
      env: { PATH: options.PATH ?? '' },
      user: await chooseOsUser(),
      storageDir: options.storageDir ?? '/nonexistent',
      log: recordingLog().log,
      packageRoot: options.packageRoot,
    },
    majors,
  );

/** Creates a folder for PATH with programs that only print their version. */
const fakeSystem = async (version: string, initVersion = version): Promise<string> => {
  const folder = await openFolder();
  await writeFile(
    join(folder, 'postgres'),
    `#!/bin/sh\necho "postgres (PostgreSQL) ${version} (Debian ${version}-1)"\n`,
    { mode: 0o755 },
  );
  await writeFile(join(folder, 'initdb'), `#!/bin/sh\necho "initdb (PostgreSQL) ${initVersion}"\n`, { mode: 0o755 });
  return folder;
};

describe('findBinaries', { timeout: 60_000 }, () => {
  test('prefers PostgreSQL on PATH over the npm package', async () => {
    const PATH = await fakeSystem('16.4');
    expect(await search({ PATH: `relative:/nonexistent:${PATH}` })).toEqual({
      origin: 'system',
      postgres: join(PATH, 'postgres'),
      initdb: join(PATH, 'initdb'),
      version: '16.4',
      major: 16,
    });
    expect(await search({})).toMatchObject({ origin: 'embedded', major: 17 });
  });

  test('prefers the version that has data', async () => {
    const PATH = await fakeSystem('16.4');
    expect(await search({ PATH }, [17])).toMatchObject({ origin: 'embedded', major: 17 });
    expect(await search({ PATH }, [17, 16])).toMatchObject({ origin: 'system', major: 16 });
    expect(await search({ PATH }, [14])).toMatchObject({ origin: 'system', major: 16 });
  });

  test.each([
    ['is too old', '14.9', '14.9', '15 is the oldest'],
    ['does not match its initdb', '16.1', '15.1', 'different versions'],
  ])('ignores a system PostgreSQL that %s', async (_, version, initVersion, reason) => {
    const PATH = await fakeSystem(version, initVersion);
    expect(await search({ PATH })).toMatchObject({ origin: 'embedded' });
    await expect(search({ PATH, packageRoot: null })).rejects.toThrow(reason);
  });

  test('explains in one line what is missing', async () => {
    const failure = await search({ packageRoot: null }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'EmbeddedPostgresError' });
    expect(String(failure)).toMatch(/no `postgres` on PATH.*is not installed.*another server/u);
    expect(String(failure)).not.toContain('\n');
  });

  test('creates the links that npm packages cannot contain, even concurrently', async () => {
    const copy = await bareCopy(await openFolder());
    expect(await readdir(join(copy, 'native/lib'))).not.toContain('libicuuc.so.60');
    expect(await Promise.all([linkLibraries(copy), linkLibraries(copy)])).toEqual([true, true]);
    expect(await readdir(join(copy, 'native/lib'))).toContain('libicuuc.so.60');
    expect(await search({ packageRoot: copy })).toMatchObject({
      origin: 'embedded',
      postgres: join(copy, 'native/bin/postgres'),
    });
  });

  test('works with a system PostgreSQL', async () => {
    // A copy, since the user that PostgreSQL runs as may not have access to this project.
    const copy = await bareCopy(await openFolder());
    await linkLibraries(copy);
    const PATH = await openFolder();
    for (const name of ['postgres', 'initdb']) await symlink(join(copy, 'native/bin', name), join(PATH, name));
    const server = await startEmbeddedServer({
      dataDir: await openFolder(),
      log: recordingLog().log,
      env: { PATH },
      packageRoot: null,
    });
    expect(server.origin).toBe('system');
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
  });
});

/** Runs as root in a folder that only root can enter, so programs and data are stored elsewhere. */
const testInaccessibleProject = async (): Promise<void> => {
  const project = await openFolder();
  const modules = await bareCopy(project);
  await chmod(project, 0o700);
  const dataDir = join(project, '.data');
  const { log, messages } = recordingLog();
  const options = { dataDir, log, name: 'rollcall', env: { PATH: '' }, packageRoot: modules };
  const first = await startEmbeddedServer(options);
  onTestFinished(() => rm(dirname(first.dataDir), { recursive: true, force: true }));
  expect(first.dataDir).toMatch(/^\/var\/(lib|tmp)\/rollcall-embedded-[0-9a-f]{12}\/pg17$/u);
  expect(messages().join('\n')).toContain(
    `cannot access ${dataDir}; storing the PostgreSQL files in ${dirname(first.dataDir)}`,
  );
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  const second = await startEmbeddedServer(options);
  expect(second.dataDir).toBe(first.dataDir);
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  await second.stop();
  // Data stays where it is after access is granted.
  await chmod(project, 0o755);
  const third = await startEmbeddedServer(options);
  expect(await query(third.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  await third.stop();
  expect((await readdir(dirname(first.dataDir))).filter((name) => name.startsWith('postgresql-'))).toHaveLength(1);
  // A new directory at the same path begins with a new database, and keeps it.
  await rm(dataDir, { recursive: true });
  await chmod(project, 0o700);
  for (const tables of [[], [{ tablename: 'added' }]]) {
    const server = await startEmbeddedServer(options);
    onTestFinished(() => rm(dirname(server.dataDir), { recursive: true, force: true }));
    expect(await query(server.url, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)).toEqual(tables);
    if (tables.length === 0) await query(server.url, 'CREATE TABLE added ()');
    expect(await findRunningServer({ dataDir, name: 'rollcall' })).toBe(server.url);
    await server.stop();
  }
};

describe('the user that PostgreSQL runs as', { timeout: 60_000 }, () => {
  test('is never root and needs no access to a project of root', async () => {
    const user = await chooseOsUser();
    if (process.getuid?.() !== 0) {
      expect(user).toBeNull();
      return;
    }
    expect(user?.uid).toBeGreaterThan(0);
    await testInaccessibleProject();
  });

  test('is the owner of existing data', async () => {
    const chosen = await chooseOsUser({ uid: 4242, gid: 4343 });
    expect(chosen).toEqual(process.getuid?.() === 0 ? { name: 'user 4242', uid: 4242, gid: 4343 } : null);
  });

  test('gets an alternative folder if the requested one cannot be created by root', async () => {
    const blocked = join(await openFolder(), 'file');
    await writeFile(blocked, '');
    const wanted = join(blocked, 'data');
    const started = startEmbeddedServer({ dataDir: wanted, log: recordingLog().log, env: { PATH: '' } });
    if (process.getuid?.() !== 0) {
      await expect(started).rejects.toThrow(`Cannot write to ${wanted}`);
      return;
    }
    const server = await started;
    onTestFinished(() => rm(dirname(server.dataDir), { recursive: true, force: true }));
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
  });
});
