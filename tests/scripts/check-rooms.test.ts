import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rooms-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const routes = `/** All. */\nexport const allEndpoints = () => [{ method: 'GET', path: '/api/v1/greet', at: 'greet/greet' }];\n`;
const good = {
  'package.json': '{ "type": "module" }\n',
  'src/routes/index.ts': routes,
  'src/handlers/greet/greet.ts': '/** Greets. */\nexport const greet = 1;\n',
  'features/greet/greet.feature': 'Feature: Greeting\n',
  'node_modules/other/index.ts': 'let state = 0;\n',
  'dist/src/state.ts': 'let state = 0;\n',
};

const checkRooms = (texts: Record<string, string>): { status: number | null; stdout: string } => {
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return spawnSync(process.execPath, ['node_modules/tsx/dist/cli.mjs', 'scripts/check-rooms.ts', root], {
    encoding: 'utf8',
  });
};

it('reads the tree from disk, asks the service for its endpoints, and exits 0 when all is well', () => {
  const { status, stdout } = checkRooms(good);
  expect(stdout).toBe('rooms: 4 files, 1 endpoints, 0 findings\n');
  expect(status).toBe(0);
});

it('prints place, rule and reason of each finding, and exits 1', () => {
  const { status, stdout } = checkRooms({ ...good, 'src/handlers/greet/greet.ts': 'export const greet = 1;\n' });
  expect(stdout.split('\n')).toEqual([
    'src/handlers/greet/greet.ts:1  doc-block: greet is exported without a doc block',
    expect.stringMatching(/^ {4}because who calls an export/),
    'rooms: 4 files, 1 endpoints, 1 findings',
    '',
  ]);
  expect(status).toBe(1);
});
