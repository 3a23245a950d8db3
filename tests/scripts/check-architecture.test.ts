import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'architecture-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const routes = `/** All. */\nexport const allEndpoints = () => [{ method: 'GET', path: '/api/v1/greet', module: 'greet/greet' }];\n`;
const validProject = {
  'package.json': '{ "type": "module" }\n',
  'src/routes/index.ts': routes,
  'src/handlers/greet/greet.ts': '/** Greets. */\nexport const greet = 1;\n',
  'features/greet/greet.feature': 'Feature: Greeting\n',
  'node_modules/other/index.ts': 'let state = 0;\n',
  'dist/src/state.ts': 'let state = 0;\n',
};

const checkArchitecture = (texts: Record<string, string>): { status: number | null; stdout: string } => {
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return spawnSync(process.execPath, ['node_modules/tsx/dist/cli.mjs', 'scripts/check-architecture.ts', root], {
    encoding: 'utf8',
  });
};

it('checks the files on disk and the endpoints of the service, and exits with 0 without violations', () => {
  const { status, stdout } = checkArchitecture(validProject);
  expect(stdout).toBe('architecture: 4 files, 1 endpoints, 0 violations\n');
  expect(status).toBe(0);
});

it('prints location, rule and reason of each violation, and exits with 1', () => {
  const { status, stdout } = checkArchitecture({
    ...validProject,
    'src/handlers/greet/greet.ts': 'export const greet = 1;\n',
  });
  expect(stdout.split('\n')).toEqual([
    'src/handlers/greet/greet.ts:1  doc-comment: greet is exported without a doc comment',
    expect.stringMatching(/^ {4}A caller should learn/),
    'architecture: 4 files, 1 endpoints, 1 violations',
    '',
  ]);
  expect(status).toBe(1);
});

it('accepts the exceptions of the project', () => {
  const { status, stdout } = checkArchitecture({
    ...validProject,
    'src/handlers/greet/greet.ts': 'export const greet = 1;\n',
    'scripts/architecture/exceptions.json': JSON.stringify([
      { rule: 'doc-comment', file: 'src/handlers/greet/greet.ts', reason: 'example' },
    ]),
  });
  expect(stdout).toBe('architecture: 5 files, 1 endpoints, 0 violations\n');
  expect(status).toBe(0);
});
