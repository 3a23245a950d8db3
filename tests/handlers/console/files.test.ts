import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConsoleFiles } from '../../../src/handlers/console/files.js';

/** A built console with one script. */
const build = () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-console-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const [page, script] = [join(folder, 'index.html'), join(folder, 'assets', 'index.js')];
  mkdirSync(join(folder, 'assets'));
  writeFileSync(page, '<html>');
  writeFileSync(script, 'start()');
  return { page, script, folder, files: new ConsoleFiles(pathToFileURL(`${folder}/`)) };
};

describe('ConsoleFiles', () => {
  it('reads the page again after a read that failed', async () => {
    const { page, files } = build();
    renameSync(page, `${page}.away`);
    await expect(files.page()).rejects.toMatchObject({ code: 'not_found' });
    renameSync(`${page}.away`, page);
    expect(await files.page()).toBe('<html>');
  });

  it('finds the files of another build, and none of the old one, after the folder was replaced', async () => {
    const { page, script, folder, files } = build();
    writeFileSync(join(folder, 'assets', 'old.js'), 'old()');
    expect(await files.page()).toBe('<html>');
    expect(await files.asset('index.js')).toBeDefined();
    rmSync(join(folder, 'assets'), { recursive: true });
    mkdirSync(join(folder, 'assets'));
    writeFileSync(page, '<html lang="en">');
    writeFileSync(join(folder, 'assets', 'new.js'), 'start()');
    expect(await files.page()).toBe('<html lang="en">');
    expect(await files.asset('new.js')).toBeDefined();
    await expect(files.asset('old.js')).rejects.toMatchObject({ code: 'not_found' });
    // Clients that have the old page still get what was read before.
    expect(existsSync(script)).toBe(false);
    expect(await files.asset('index.js')).toBeDefined();
  });

  it.each(['index.html', '../index.html', '.js', 'a/b.js', 'index.js.br', `${'x'.repeat(200)}.js`, 'x\0.js'])(
    'has no asset %j',
    async (name) => {
      const { script, files } = build();
      writeFileSync(`${script}.br`, 'compressed');
      await expect(files.asset(name)).rejects.toMatchObject({ code: 'not_found' });
    },
  );

  it('reads an asset again after a read that failed', async () => {
    const { script, files } = build();
    renameSync(script, `${script}.away`);
    await expect(files.asset('index.js')).rejects.toMatchObject({ code: 'not_found' });
    renameSync(`${script}.away`, script);
    expect(await files.asset('index.js')).toMatchObject({ type: 'text/javascript; charset=utf-8' });
  });

  it('does not keep an asset whose compressed form could not be read', async () => {
    const { script, files } = build();
    mkdirSync(`${script}.br`);
    await expect(files.asset('index.js')).rejects.toThrow('EISDIR');
    rmSync(`${script}.br`, { recursive: true });
    expect(await files.asset('index.js')).toBeDefined();
  });
});
