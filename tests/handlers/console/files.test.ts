import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
    await expect(files.page()).rejects.toThrow('ENOENT');
    renameSync(`${page}.away`, page);
    expect(await files.page()).toBe('<html>');
  });

  it('reads an asset again after a read that failed', async () => {
    const { script, files } = build();
    renameSync(script, `${script}.away`);
    await expect(files.asset('index.js')).rejects.toThrow('ENOENT');
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
