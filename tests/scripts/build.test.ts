import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

let root: string;
const at = (path: string): string => join(root, path);

/** A project with a file of each kind. */
const createProject = (): void => {
  for (const folder of ['src', 'migrations', 'scripts', 'console']) mkdirSync(at(folder));
  const files = [
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/build.ts',
    'scripts/console',
    'console/vite.config.ts',
  ];
  for (const file of files) cpSync(file, at(file), { recursive: true });
  writeFileSync(at('console/index.html'), '<!doctype html><script type="module" src="./main.ts"></script>\n');
  writeFileSync(at('console/main.ts'), `document.title = 'Console';\n`);
  symlinkSync(resolve('node_modules'), at('node_modules'));
  writeFileSync(at('package.json'), '{ "type": "module", "version": "1.2.3" }\n');
  mkdirSync(at('src/testing'));
  writeFileSync(at('src/testing/index.ts'), `export type { Service } from './types.js';\n`);
  writeFileSync(at('src/testing/types.ts'), 'export interface Service { readonly url: string }\n');
  writeFileSync(at('src/main.ts'), `#!/usr/bin/env node\nconsole.log('started');\n`);
  mkdirSync(at('packages/server-launcher/src'), { recursive: true });
  writeFileSync(at('packages/server-launcher/package.json'), '{ "type": "module", "name": "server-launcher" }\n');
  writeFileSync(at('packages/server-launcher/src/index.ts'), 'export const launch = 1;\n');
  writeFileSync(at('migrations/1_users.ts'), 'export const up = 1;\n');
  writeFileSync(at('migrations/2_deleted.ts'), 'export const up = 2;\n');
};

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const build = async (): Promise<Result> => {
  const child = spawn(process.execPath, ['node_modules/tsx/dist/cli.mjs', 'scripts/build.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], BUILD_COMMIT: 'abc123', SOURCE_DATE_EPOCH: '86400' },
  });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await ended, stdout, stderr };
};

/** A project that has been built once, of which each test gets a copy. */
let original: string;
let first: Result;
beforeAll(async () => {
  original = mkdtempSync(join(tmpdir(), 'build-'));
  root = original;
  createProject();
  first = await build();
  return () => {
    rmSync(original, { recursive: true, force: true });
  };
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-'));
  cpSync(original, root, { recursive: true, verbatimSymlinks: true });
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const builtAt = (): number => statSync(at('dist/src/main.js')).mtimeMs;
const info = (): unknown => JSON.parse(readFileSync(at('dist/build-info.json'), 'utf8'));

describe('npm run build', () => {
  it('builds the command and writes build-info.json, without output', () => {
    expect(first).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(statSync(at('dist/src/main.js')).mode & 0o111).toBe(0o111);
    expect(readFileSync(at('dist/src/testing/types.d.ts'), 'utf8')).toContain('readonly url: string');
    expect(existsSync(at('dist/node_modules/server-launcher/package.json'))).toBe(true);
    expect(existsSync(at('dist/node_modules/server-launcher/src/index.js'))).toBe(true);
    const page = readFileSync(at('dist/console/index.html'), 'utf8');
    const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(page)?.[1] ?? 'no script';
    expect(readFileSync(at(join('dist/console', script)), 'utf8')).toContain('Console');
    expect(info()).toMatchObject({ version: '1.2.3', commit: 'abc123', build_date: '1970-01-02T00:00:00.000Z' });
  });

  it('builds only if sources have changed, and removes the output of deleted files', async () => {
    const before = builtAt();
    expect((await build()).status).toBe(0);
    expect(builtAt()).toBe(before);

    rmSync(at('migrations/2_deleted.ts'));
    expect((await build()).status).toBe(0);
    expect(readdirSync(at('dist/migrations')).filter((name) => name.endsWith('.js'))).toEqual(['1_users.js']);
    expect(readdirSync(at('.cache'))).toEqual([]);
  });

  it('fails with the error of the compiler, and keeps the previous build', async () => {
    writeFileSync(at('src/main.ts'), 'const port: number = "8080";\nconsole.log(port);\n');
    const { status, stderr } = await build();
    expect(status).toBe(1);
    expect(stderr).toContain('src/main.ts');
    expect(readFileSync(at('dist/src/main.js'), 'utf8')).toContain('started');
    expect((await build()).status).toBe(1);
  });

  it('supports two builds at the same time', async () => {
    rmSync(at('dist'), { recursive: true });
    const results = await Promise.all([build(), build()]);
    expect(results.map(({ status }) => status)).toEqual([0, 0]);
    expect(existsSync(at('dist/src/main.js'))).toBe(true);
    expect(readdirSync(at('.cache'))).toEqual([]);
  });
});
