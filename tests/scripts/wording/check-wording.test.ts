import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let root: string;

/** Split, so that this file does not contain the phrase. */
const phrase = ['an', 'ew'].join('');

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'wording-'));
  mkdirSync(join(root, 'docs'));
  writeFileSync(join(root, 'docs', 'features.md'), `Generated ${phrase}.\n`);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const checkWording = (text: string): { status: number | null; stdout: string } => {
  writeFileSync(join(root, 'SECURITY.md'), text);
  return spawnSync(process.execPath, ['node_modules/tsx/dist/cli.mjs', 'scripts/check-wording.ts', root], {
    encoding: 'utf8',
  });
};

it('exits with 0 without findings', () => {
  expect(checkWording('Start the service again.\n')).toMatchObject({
    status: 0,
    stdout: 'wording: 1 files, 0 findings\n',
  });
});

it('prints location, phrase and replacement of each finding, and exits with 1', () => {
  expect(checkWording(`# Start\n\nStart the service ${phrase}.\n`)).toMatchObject({
    status: 1,
    stdout: `SECURITY.md:3  “${phrase}”: write again\nwording: 1 files, 1 findings\n`,
  });
});
