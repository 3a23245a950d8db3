import fs, { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { restoreAttributes } from '../../features/support/guards/files/file-state.js';
import { originalEntries, originalFiles, useGuardedProject } from './guarded-project.js';

const project = useGuardedProject();

describe('what a step removes or changes', () => {
  it.each([
    [
      'a directory after its files',
      `fs.unlinkSync(at('docker/kept')); fs.rmdirSync(at('docker'));`,
      ['the changed file docker/kept', 'the removed directory docker'],
    ],
    [
      'a file, replaced with a directory',
      `fs.unlinkSync(at('docker/kept')); fs.mkdirSync(at('docker/kept')); fs.writeFileSync(at('docker/kept/x'), 'b');`,
      ['the changed file docker/kept'],
    ],
    ['a symbolic link', `fs.unlinkSync(at('link'));`, ['the changed file link']],
    ['a symbolic link without a target', `fs.symlinkSync('missing', at('dangling'));`, ['the file dangling']],
  ])('is restored: %s', async (_, body, expected) => {
    await project().step(body);
    expect(project().problems()).toEqual(expected);
    expect(project().contents()).toEqual(originalFiles);
    expect(readdirSync(project().root).sort()).toEqual(originalEntries);
    expect(statSync(join(project().root, 'link')).isDirectory()).toBe(true);
  });

  it('is restored although something else cannot be', async () => {
    await project().step(
      `fs.writeFileSync(at('docs/kept'), 'b'); fs.writeFileSync(at('docker/kept'), 'b'); fs.unlinkSync(at('link'))`,
    );
    rmSync(join(project().root, 'docker'), { recursive: true });
    writeFileSync(join(project().root, 'docker'), '');
    expect(project().problems()).toEqual([
      'the changed file docs/kept',
      expect.stringMatching(/^the changed file docker\/kept: It could not be restored: E(?:NOTDIR|EXIST)/),
      'the changed file link',
    ]);
    expect(readFileSync(join(project().root, 'docs/kept'), 'utf8')).toBe('a');
  });

  it.each(['rmdirSync', 'rmdir', 'promises.rmdir'])('is no directory that fs.%s removes recursively', async (name) => {
    const callback = name === 'rmdir' ? ', () => undefined' : '';
    const call = `await fs.${name}(at('docker'), { recursive: true }${callback});`;
    await expect(project().step(call)).rejects.toThrow(/a step removes the directory docker .* cannot be undone/);
    expect(existsSync(join(project().root, 'docker/kept'))).toBe(true);
  });
});

describe('without the rights of root', () => {
  const [uid, nobody] = [process.getuid?.() ?? 0, 65_534];
  const asUser = async (body: () => unknown): Promise<void> => {
    // A process that does not run as root needs no other user.
    if (uid !== 0) {
      project().files.begin();
      await body();
      return;
    }
    for (const name of ['', 'docker', 'docker/kept', 'docs', 'docs/kept']) {
      fs.chownSync(join(project().root, name), nobody, 0);
    }
    project().files.begin();
    process.seteuid?.(nobody);
    try {
      await body();
    } finally {
      process.seteuid?.(0);
    }
  };

  it.each([
    ['a file', `fs.chmodSync(at('docker/kept'), 0);`, ['docker/kept']],
    ['a directory', `fs.chmodSync(at('docker'), 0);`, ['docker']],
    ['both', `fs.chmodSync(at('docker/kept'), 0); fs.chmodSync(at('docker'), 0);`, ['docker/kept', 'docker']],
  ])('permissions are restored before content: %s', async (_, body, names) => {
    await asUser(async () => {
      await project().step(body);
      expect(project().problems()).toEqual(names.map((name) => `changed permissions, owner or timestamps of ${name}`));
    });
    expect(project().contents()).toEqual(originalFiles);
  });

  it('a read-only file is restored', async () => {
    chmodSync(join(project().root, 'docker/kept'), 0o444);
    await asUser(async () => {
      const body = `const path = at('docker/kept'); fs.chmodSync(path, 0o644); fs.writeFileSync(path, 'b'); fs.chmodSync(path, 0o444);`;
      await project().step(body);
      expect(project().problems()).toEqual(['the changed file docker/kept']);
    });
    expect(project().contents()).toEqual(originalFiles);
    expect(statSync(join(project().root, 'docker/kept')).mode & 0o777).toBe(0o444);
  });

  it('permissions are restored although the owner cannot be', async () => {
    await asUser(() => {
      const path = join(project().root, 'docker/kept');
      const owner = { uid: 0, gid: 0 };
      expect(() => restoreAttributes(path, { ...owner, mode: 0o100_600, times: undefined })).toThrow(/EPERM/);
      expect(statSync(path).mode & 0o777).toBe(0o600);
    });
  });
});
