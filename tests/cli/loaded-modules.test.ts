import { spawnSync } from 'node:child_process';
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
  spawnSync(process.execPath, [...inject('serviceArguments'), ...argv], { env, cwd: folder });
  const recorded = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  return new Set(
    [...recorded.join('').matchAll(/\/node_modules\/((?:@[^/"]+\/)?[^/"]+)\//g)].map(([, name = '']) => name),
  );
};

it.each([
  [['--version'], ['knex', 'koa', 'objection', 'pg', 'zod']],
  [['healthcheck'], ['knex', 'koa', 'objection', 'pg']],
])('%j loads only the packages that it needs', (argv, others) => {
  const loaded = packagesLoadedBy(...argv);
  expect(loaded).toContain('commander');
  for (const name of others) expect(loaded).not.toContain(name);
});
