import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CoverageRecorder, routeFinder } from '../../../features/support/run/coverage.js';
import { waitUntil } from '../../../features/support/wait-until.js';
import { createPlan, workersFor } from '../../../scripts/features/cucumber.js';
import { isWhole, readOptions, UsageError } from '../../../scripts/features/options.js';
import { isolationOf, quantile } from '../../../scripts/features/reports.js';
import { affectedBy, SaveQueue, withinSelection } from '../../../scripts/features/watch.js';

describe('the options', () => {
  it.each([
    [['--parallel', 'two'], /--parallel takes a number of processes from 0 to 99, not "two"/],
    [['--parallel', '-1'], /--parallel takes a number of processes from 0 to 99, not "-1"/],
    [['--order', 'reverse'], /--order is defined, random, or random:SEED, not "reverse"/],
    [['--nonsense'], /Unknown option '--nonsense'; --help shows the options/],
    [['--name', '('], /--name takes a regular expression, and "\(" is not valid/],
    [['--tags'], /--help shows the options/],
  ])('%j are rejected with one sentence', (args, sentence) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(sentence);
  });

  it('name --tags and an example if the tag expression is not valid', async () => {
    await expect(createPlan(process.cwd(), readOptions(['--tags', '@a and']), false)).rejects.toThrow(
      /^--tags "@a and" is not a tag expression: Expected operand\. An example is --tags "@remote and not @ops"\.$/,
    );
  });

  it('choose a seed if none was given', () => {
    expect(readOptions(['--order', 'random']).order).toMatch(/^random:\d+$/);
    expect(readOptions(['--order', 'random:7']).order).toBe('random:7');
  });

  it('determine whether the run is complete', () => {
    expect(isWhole(readOptions(['--fresh', '--order', 'random']))).toBe(true);
    expect(isWhole(readOptions(['features/auth']))).toBe(false);
    for (const args of [['--tags', '@auth'], ['--name', 'x'], ['--failed'], ['--fail-fast']]) {
      expect(isWhole(readOptions(args))).toBe(false);
    }
  });

  it('leave the number of processes to the number of scenarios', () => {
    const workers = (args: string[], scenarios: number, cores: number): number =>
      workersFor(readOptions(args), scenarios, cores);
    expect(workers([], 99, 8)).toBe(0);
    expect(workers([], 100, 2)).toBe(2);
    expect(workers([], 100, 8)).toBe(4);
    expect(workers([], 1_000, 1)).toBe(0);
    expect(workers(['--parallel', '0'], 1_000, 8)).toBe(0);
    expect(workers(['--parallel', '1'], 1_000, 8)).toBe(0);
    expect(workers(['--parallel', '3'], 1_000, 2)).toBe(3);
    expect(workers(['--parallel', '3'], 2, 2)).toBe(2);
  });
});

describe('the durations', () => {
  it('computes medians and percentiles of the available values', () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([], 0.5)).toBe(0);
    expect(quantile([1, 2, 3, 4], 1)).toBe(4);
    expect(isolationOf([])).toBeNull();
  });
});

describe('the coverage', () => {
  const find = routeFinder([
    { method: 'GET', path: '/api/v1/greet/:name' },
    { method: 'GET', path: '/docs' },
    { method: 'DELETE', path: '/api/v1/users/me/sessions/:id' },
    { method: 'DELETE', path: '/api/v1/users/me/sessions' },
  ]);

  it('finds the endpoint of a request by method and path', () => {
    expect(find('GET', '/api/v1/greet/Ada?x=/docs')).toEqual({ method: 'GET', path: '/api/v1/greet/:name' });
    expect(find('DELETE', '/api/v1/users/me/sessions')).toEqual({
      method: 'DELETE',
      path: '/api/v1/users/me/sessions',
    });
    expect(find('DELETE', '/api/v1/users/me/sessions/1')).toEqual({
      method: 'DELETE',
      path: '/api/v1/users/me/sessions/:id',
    });
    expect(find('POST', '/docs')).toBeUndefined();
    expect(find('GET', '/docs/')).toBeUndefined();
    expect(find('GET', '/api/v1/greet/a/b')).toBeUndefined();
  });

  it('records keys by name or environment variable, and ignores other names', () => {
    const coverage = new CoverageRecorder('x.feature', 'x');
    for (const key of ['rateLimit.login.points', 'ROLLCALL_DOCS_ENABLED', 'no.such.key', 'HOME']) {
      coverage.recordKeySet(key);
    }
    expect(coverage.result.keys).toEqual(['docs.enabled', 'rateLimit.login.points']);
  });
});

describe('the scenarios affected by a saved file', () => {
  const scenario = (uri: string, route: string) => ({
    uri,
    name: 'x',
    routes: { [route]: [200] },
    keys: [],
    actions: [],
    changed: [],
  });
  const coverage = {
    scenarios: [
      scenario('features/auth/login.feature', 'POST /api/v1/auth/login'),
      scenario('features/users/me.feature', 'POST /api/v1/auth/login'),
      scenario('features/ops/health.feature', 'GET /api/health'),
    ],
  };

  it('are a saved feature itself, and for a handler the features that reach it', () => {
    expect(affectedBy('features/auth/login.feature', coverage)).toEqual(['features/auth/login.feature']);
    expect(affectedBy('src/handlers/auth/login.ts', coverage)).toEqual([
      'features/auth/login.feature',
      'features/users/me.feature',
    ]);
  });

  it('are all for any other file, or without coverage', () => {
    expect(affectedBy('src/app.ts', coverage)).toBeNull();
    expect(affectedBy('src/handlers/auth/tokens.ts', coverage)).toBeNull();
    expect(affectedBy('src/handlers/auth/login.ts', { scenarios: [] })).toBeNull();
  });

  it('are limited to the selection', () => {
    const affected = ['features/auth/login.feature', 'features/ops/health.feature'];
    expect(withinSelection(affected, [])).toEqual(affected);
    expect(withinSelection(affected, ['features/auth'])).toEqual(['features/auth/login.feature']);
    expect(withinSelection(affected, ['features/auth/login.feature:7'])).toEqual(['features/auth/login.feature:7']);
    expect(withinSelection(affected, ['features/aut'])).toEqual([]);
  });
});

describe('saved files', () => {
  it('are kept while nobody waits for them', async () => {
    const root = mkdtempSync(join(tmpdir(), 'rollcall-saves-'));
    mkdirSync(join(root, 'features'));
    const saves = new SaveQueue(root, ['features']);
    try {
      const first = saves.next(new AbortController().signal);
      writeFileSync(join(root, 'features', 'a.feature'), '');
      expect(await first).toContain('features/a.feature');
      writeFileSync(join(root, 'features', 'b.feature'), '');
      await waitUntil(
        'the save is noticed',
        async () => (await saves.next(AbortSignal.timeout(5_000))).includes('features/b.feature'),
        10_000,
      );
      expect(await saves.next(AbortSignal.abort())).toEqual([]);
    } finally {
      saves.close();
      rmSync(root, { recursive: true });
    }
  });
});
