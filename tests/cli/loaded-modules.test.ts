import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';

/** The packages that a command has loaded, from the coverage that V8 records. */
const packagesLoadedBy = (...argv: string[]): Set<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-loaded-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const env = { PATH: process.env['PATH'], NODE_V8_COVERAGE: folder };
  execFileSync(process.execPath, [...inject('serviceArguments'), ...argv], { env, cwd: folder });
  const recorded = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  return new Set(
    [...recorded.join('').matchAll(/\/node_modules\/((?:@[^/"]+\/)?[^/"]+)\//g)].map(([, name = '']) => name),
  );
};

it('a command loads only the packages that it needs, since a container runs one for each health check', () => {
  const loaded = packagesLoadedBy('--version');
  expect(loaded).toContain('commander');
  for (const name of ['knex', 'koa', 'objection', 'pg', 'zod']) expect(loaded).not.toContain(name);
});
