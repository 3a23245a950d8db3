import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { modules, runInProject } from './support/project.js';

const config = `
  export default {
    cacheDir: './cache',
    resolve: {
      alias: { 'scenario-schema/vitest': '${fileURLToPath(new URL('../src/vitest.ts', import.meta.url))}' },
    },
  };`;
const setUp = `import { expect } from 'vitest';
  import pg from 'pg';
  import { scenarioSchema } from 'scenario-schema/vitest';
  const test = scenarioSchema({
    migrate: (url) => new pg.Pool({ connectionString: url }).query('CREATE TABLE orders (id int)'),
  });`;

const runTests = (tests: string, env = {}): Promise<string> =>
  runInProject(
    { 'vitest.config.js': config, 'orders.test.js': setUp + tests },
    [join(modules, 'vitest/vitest.mjs'), 'run', '--reporter=verbose', '--no-color'],
    env,
  );

describe('a test of Vitest', { timeout: 60_000 }, () => {
  it('keeps its schema if it has failed, and is verified if it passes at the second attempt', async () => {
    const output = await runTests(
      `
      let attempts = 0;
      test('passes', async ({ lease }) => expect(lease.schema).toMatch(/^scenario_/));
      test('fails', async ({ lease }) => expect(lease.schema).toBe(''));
      test.fails('is expected to fail', async ({ lease }) => expect(lease.schema).toBe(''));
      test('expect.soft', async ({ lease }) => expect.soft(lease.schema).toBe(''));
      test('leaks at the second attempt', { retry: 1 }, async ({ lease }) => {
        expect(++attempts).toBe(2);
        await (await lease.pool()).query('CREATE TABLE public.leaked (id int)');
      });`,
      { SCENARIO_SCHEMA_KEEP_FAILED: '1' },
    );
    expect([...output.matchAll(/kept the schema of (.*):/g)].map(([, title]) => title)).toEqual([
      'fails',
      'expect.soft',
      'leaks at the second attempt',
    ]);
    expect(output).toContain(
      'LeakError: The test left behind: table public.leaked created (CREATE TABLE public.leaked',
    );
    expect(output).toContain('❯ orders.test.js:11:74');
  });

  it('can be skipped, be a task, run alone and get values', async () => {
    const output = await runTests(`
      test.skip('skipped', ({ lease }) => expect(lease.schema).toBe(''));
      test.todo('a task');
      test('not alone', ({ lease }) => expect(lease.schema).toBe(''));
      test.only.for(['one'])('for %s', (value, { lease }) => expect(lease.schema).toMatch(/^scenario_/));
      test.only.each(['one'])('each %s', (value) => expect(value).toBe('one'));
      test.concurrent.only('at once', { timeout: 5_000 }, ({ lease }) => expect(lease.schema).toMatch(/^scenario_/));`);
    expect(output).toMatch(/Tests +3 passed \| 2 skipped \| 1 todo/);
  });
});
