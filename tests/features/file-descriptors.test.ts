import fs, { closeSync, createReadStream, fstatSync, opendirSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileDescriptors } from '../../features/support/guards/files/file-descriptors.js';
import { ProcessListeners } from '../../features/support/guards/state/process-listeners.js';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

describe('open files', () => {
  const files = new FileDescriptors(root);
  beforeEach(() => {
    files.install();
    files.begin();
  });
  afterEach(() => {
    files.uninstall();
  });

  it('are closed, and named with their path and place', async () => {
    const fd = openSync('package.json', 'r');
    const handle = await fs.promises.open('README.md', 'r');
    opendirSync('docs');
    const stream = createReadStream('tsconfig.json');
    await new Promise((resolve) => stream.once('open', resolve));
    const found = await files.end();
    expect(found.map(({ what }) => what.replace(/ \(.*/, '')).sort()).toEqual([
      'the open file README.md',
      'the open file docs',
      'the open file package.json',
      'the open file tsconfig.json',
    ]);
    for (const { where } of found) expect(where).toMatch(/^tests\/features\/file-descriptors\.test\.ts:\d+$/);
    expect(() => fstatSync(fd)).toThrow(/EBADF/);
    await expect(handle.stat()).rejects.toThrow();
    expect(await files.end()).toEqual([]);
  });

  it('that are closed again, or soon, are no leak', async () => {
    closeSync(openSync('package.json', 'r'));
    const handle = await fs.promises.open('README.md', 'r');
    setTimeout(() => void handle.close(), 20);
    expect(await files.end()).toEqual([]);
  });
});

describe('the streams of the process', () => {
  it('lose the listeners that were added', () => {
    const listeners = new ProcessListeners(root);
    listeners.install();
    try {
      listeners.begin();
      process.stdin.on('data', () => undefined);
      process.stdout.on('drain', () => undefined);
      const found = listeners.restore();
      expect(found.map(({ what }) => what)).toEqual([
        'a listener of process.stdin for "data"',
        'a listener of process.stdout for "drain"',
        'a resumed process.stdin',
      ]);
      expect(process.stdin.readableFlowing).toBe(false);
      expect(listeners.restore()).toEqual([]);
    } finally {
      listeners.uninstall();
    }
  });
});
