import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultWatchTimes } from '../../../src/config/files/directory-watcher.js';
import { captureError } from '../../support/capture-error.js';
import { waitUntil } from '../../support/wait-until.js';
import { makeFolder, openConfig, reloads } from '../support.js';
import { whenSnapshot } from '../when-snapshot.js';

const login = (points: number): string => `rateLimit: {login: {points: ${points}}}\n`;
const farAway = 1_000_000;

/** Only events, or only polling, so that one cannot hide a failure of the other. */
const onlyEvents = { quietMs: defaultWatchTimes.quietMs, pollMs: farAway };

const openWatched = async (files: Readonly<Record<string, string>>, times = {}) => {
  const open = openConfig(files, { times: { quietMs: defaultWatchTimes.quietMs, ...times } });
  await open.config.watch();
  const points = (): number => open.config.current.rateLimit.login.points;
  return { ...open, points };
};

describe('a watched directory', () => {
  it.each([
    ['written in place', ({ write }: Awaited<ReturnType<typeof openWatched>>) => write('local.yaml', login(8))],
    [
      'replaced by a rename, as editors do',
      ({ write, path }) => {
        write('local.yaml.tmp', login(8));
        renameSync(path('local.yaml.tmp'), path('local.yaml'));
      },
    ],
    [
      'replaced by a symlink',
      ({ folder, path }) => {
        writeFileSync(join(folder, 'elsewhere.yaml'), login(8));
        symlinkSync(join(folder, 'elsewhere.yaml'), path('local.tmp'));
        renameSync(path('local.tmp'), path('local.yaml'));
      },
    ],
    ['joined by a layer', ({ write }) => write('test.yaml', 'docs: {enabled: false}\n')],
  ] satisfies [string, (open: Awaited<ReturnType<typeof openWatched>>) => void][])(
    'is watched by events alone: a file is %s',
    async (_what, change) => {
      const open = await openWatched({ 'local.yaml': login(7) }, onlyEvents);
      change(open);
      await whenSnapshot(open.config, 2, 5000);
      expect([open.points(), open.config.current.docs.enabled]).not.toEqual([7, true]);
    },
  );

  it('is polled if events fail', async () => {
    const mount = join(makeFolder(), 'issuer');
    writeFileSync(mount, 'first');
    // A mounted secret is outside of the watched directory, so there is no event.
    const { config } = openConfig({}, { env: { ROLLCALL_AUTH_ISSUER_FILE: mount }, times: { pollMs: 20 } });
    await config.watch();
    writeFileSync(mount, 'second');
    await whenSnapshot(config, 2, 5000);
    expect(config.current.auth.issuer).toBe('second');
  });

  it('reads a file that is truncated and then written once', async () => {
    const times = { quietMs: 400 };
    const { config, write, path, points, metric } = await openWatched({ 'local.yaml': login(7) }, times);
    writeFileSync(path('local.yaml'), '');
    await new Promise((resolve) => setTimeout(resolve, 40));
    write('local.yaml', login(8));
    await whenSnapshot(config, 2, 5000);
    expect(points()).toBe(8);
    expect(await metric(reloads('refused'))).toBe(0);
  });

  it('does not count polls without a change', async () => {
    const { config, write, metric } = await openWatched({ 'local.yaml': login(7) }, { quietMs: 5, pollMs: 5 });
    write('local.yaml', login(7));
    write('unrelated.txt', 'x');
    write('local.yaml', login(8));
    await whenSnapshot(config, 2, 5000);
    write('local.yaml', login(9));
    await whenSnapshot(config, 3, 5000);
    expect([await metric(reloads('applied')), await metric(reloads('unchanged'))]).toEqual([2, 0]);
  });

  it('reloads a few times for 1000 writes, and ends with the last value', async () => {
    const { config, write, points, metric } = await openWatched({ 'local.yaml': login(7) });
    for (let index = 1; index <= 1000; index += 1) {
      write('local.yaml', login(index));
      if (index % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await waitUntil('the last value', () => points() === 1000);
    const count = (await metric(reloads('applied'))) + (await metric(reloads('refused')));
    expect(count).toBeLessThanOrEqual(10);
    expect(config.status.lastError).toBeNull();
  });

  it('reports an error while the writes do not end', async () => {
    const { config, write } = await openWatched(
      { 'local.yaml': login(7) },
      { quietMs: 150, timeoutMs: 300, pollMs: farAway },
    );
    write('local.yaml', login(8));
    const noise = setInterval(() => write('noise.txt', 'x'), 5);
    try {
      await whenSnapshot(config, 2, 5000);
    } finally {
      clearInterval(noise);
    }
  });

  it('rejects an invalid file once, and applies the valid one after it', async () => {
    const { config, write, points, lines, metric } = await openWatched(
      { 'local.yaml': login(7) },
      { quietMs: 5, pollMs: 5 },
    );
    write('local.yaml', 'nonsense: 1');
    await waitUntil('the rejected reload', () => config.status.lastError !== null);
    expect(points()).toBe(7);
    write('local.yaml', login(8));
    await whenSnapshot(config, 2, 5000);
    expect(config.status.lastError).toBeNull();
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(await metric(reloads('refused'))).toBe(1);
  });

  it('handles a FIFO or a directory in place of a file', async () => {
    const { config, path, write } = await openWatched({ 'local.yaml': login(7) }, { quietMs: 5, pollMs: 5 });
    rmSync(path('local.yaml'));
    execFileSync('mkfifo', [path('local.yaml')]);
    await waitUntil('the rejected reload', () => config.status.lastError?.errors[0]?.code === 'not_a_file');
    rmSync(path('local.yaml'));
    mkdirSync(path('local.yaml'));
    await waitUntil('the rejected reload', () => config.status.lastError?.errors[0]?.code === 'not_a_file');
    rmSync(path('local.yaml'), { recursive: true });
    write('local.yaml', login(8));
    await whenSnapshot(config, 2, 5000);
  });
});

describe('a directory that Kubernetes mounts', () => {
  /** Writes a version and swaps `..data` to it, like the atomic writer of the kubelet. */
  const publish = (directory: string, name: string, points: number): void => {
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, 'default.yaml'), login(points));
    symlinkSync(name, join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
  };

  it.each([
    ['kept', false],
    ['removed', true],
  ])('is watched by events alone; the old version is %s', async (_what, isRemoved) => {
    const open = openConfig({}, { times: onlyEvents });
    rmSync(open.path('default.yaml'));
    publish(open.directory, '..one', 1);
    symlinkSync('..data/default.yaml', open.path('default.yaml'));
    await open.config.reload('admin');
    await open.config.watch();
    publish(open.directory, '..two', 2);
    if (isRemoved) rmSync(open.path('..one'), { recursive: true });
    await whenSnapshot(open.config, 3, 5000);
    expect(open.config.current.rateLimit.login.points).toBe(2);
  });

  it('is watched if the directory itself is a symlink that is swapped', async () => {
    const { folder, directory, config } = openConfig({}, { times: { pollMs: 20 } });
    renameSync(directory, join(folder, 'one'));
    symlinkSync('one', directory);
    await config.watch();
    mkdirSync(join(folder, 'two'));
    writeFileSync(join(folder, 'two', 'default.yaml'), login(2));
    symlinkSync('two', join(folder, 'next'));
    renameSync(join(folder, 'next'), directory);
    await whenSnapshot(config, 2, 5000);
    // The new target is watched, and not the old one.
    writeFileSync(join(folder, 'two', 'default.yaml'), login(3));
    await whenSnapshot(config, 3, 5000);
    expect(config.current.rateLimit.login.points).toBe(3);
  });
});

describe('a directory that is removed', () => {
  it('and created again is watched again, also by events', async () => {
    const open = await openWatched({ 'local.yaml': login(7) }, { pollMs: 20, quietMs: 5 });
    for (const points of [11, 12, 13]) {
      rmSync(open.directory, { recursive: true });
      await waitUntil('the rejected reload', () => open.config.status.lastError?.errors[0]?.code === 'file_missing');
      mkdirSync(open.directory);
      open.write('default.yaml', '{}');
      open.write('local.yaml', login(points));
      await waitUntil('the value', () => open.points() === points);
      expect(open.config.status.lastError).toBeNull();
    }
  });

  it('may be replaced in one step', async () => {
    const open = await openWatched({ 'local.yaml': login(7) }, { pollMs: 20 });
    const next = join(open.folder, 'next');
    mkdirSync(next);
    writeFileSync(join(next, 'default.yaml'), '{}');
    writeFileSync(join(next, 'local.yaml'), login(8));
    renameSync(open.directory, join(open.folder, 'old'));
    renameSync(next, open.directory);
    await waitUntil('the value', () => open.points() === 8);
  });

  it('is not watched after close', async () => {
    const { config, write, points } = await openWatched({ 'local.yaml': login(7) }, { quietMs: 0, pollMs: 1 });
    await config.close();
    const waiting = captureError(whenSnapshot(config, 2, 100));
    write('local.yaml', login(8));
    expect(await waiting).toMatchObject({ message: expect.stringContaining('no change was noticed') as string });
    expect(points()).toBe(7);
  });
});
