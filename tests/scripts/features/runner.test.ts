import { type Envelope, TestStepResultStatus as Status } from '@cucumber/messages';
import { describe, expect, it } from 'vitest';
import { CoverageRecorder, routeFinder } from '../../../features/support/run/coverage.js';
import { workersFor } from '../../../scripts/features/cucumber.js';
import { isWhole, readOptions, UsageError } from '../../../scripts/features/options.js';
import { summaryLine, quantile } from '../../../scripts/features/reports.js';
import { ResultCounter } from '../../../scripts/features/result-counter.js';
import { affectedBy } from '../../../scripts/features/watch.js';

/** The messages of one scenario, with the statuses of its steps and hooks. */
const messages = (id: string, statuses: readonly string[], isFinished = true): Envelope[] =>
  [
    { pickle: { id: `${id} pickle`, uri: 'x.feature', name: id } },
    { testCase: { id, pickleId: `${id} pickle` } },
    { testCaseStarted: { id: `${id}-1`, testCaseId: id } },
    ...statuses.map((status) => ({ testStepFinished: { testCaseStartedId: `${id}-1`, testStepResult: { status } } })),
    ...(isFinished ? [{ testCaseFinished: { testCaseStartedId: `${id}-1` } }] : []),
  ] as unknown as Envelope[];

describe('ResultCounter', () => {
  it('does not count a scenario that did not end as passed', () => {
    const counter = new ResultCounter();
    const scenarios = [
      messages('sound', [Status.PASSED, Status.PASSED]),
      messages('failed', [Status.PASSED, Status.FAILED, Status.SKIPPED]),
      messages('undefined', [Status.PASSED, Status.UNDEFINED, Status.SKIPPED]),
      messages('ambiguous', [Status.AMBIGUOUS]),
      messages('pending', [Status.PASSED, Status.PENDING, Status.SKIPPED]),
      messages('skipped', [Status.SKIPPED]),
      messages('its process died', [Status.PASSED], false),
      [{ testCase: { id: 'never begun' } } as unknown as Envelope],
    ];
    for (const message of scenarios.flat()) counter.record(message);
    expect(counter.counts).toEqual({ passed: 1, failed: 5, skipped: 2 });
    expect(counter.unfinished).toEqual(['x.feature: its process died', 'never begun']);
  });
});

describe('the options', () => {
  it.each([
    [['--parallel', 'two'], /--parallel takes a number of processes from 0 to 99, not "two"/],
    [['--order', 'reverse'], /--order is defined, random, or random:SEED, not "reverse"/],
    [['--nonsense'], /Unknown option '--nonsense'; --help shows the options/],
    [['--tags'], /--help shows the options/],
  ])('%j are rejected with one sentence', (args, sentence) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(sentence);
  });

  it('choose a seed if none was given', () => {
    expect(readOptions(['--order', 'random']).order).toMatch(/^random:\d+$/);
    expect(readOptions(['--order', 'random:7']).order).toBe('random:7');
  });

  it('determine whether the run is complete', () => {
    expect(isWhole(readOptions(['--fresh', '--order', 'random']))).toBe(true);
    expect(isWhole(readOptions(['features/auth']))).toBe(false);
    expect(isWhole(readOptions(['--tags', '@auth']))).toBe(false);
  });

  it('leave the number of processes to the number of scenarios', () => {
    const workers = (args: string[], scenarios: number, cores: number): number =>
      workersFor(readOptions(args), scenarios, cores);
    expect(workers([], 99, 8)).toBe(0);
    expect(workers([], 100, 2)).toBe(2);
    expect(workers([], 1_000, 1)).toBe(0);
    expect(workers(['--parallel', '0'], 1_000, 8)).toBe(0);
    expect(workers(['--parallel', '1'], 1_000, 8)).toBe(0);
    expect(workers(['--parallel', '3'], 1_000, 2)).toBe(3);
    expect(workers(['--parallel', '3'], 2, 2)).toBe(2);
  });
});

describe('the summary line', () => {
  it('contains the counts, the seed and the durations', () => {
    const summary = {
      ...({ passed: 3, failed: 1, skipped: 1, seed: '7', mode: 'lease', workers: 2 } as const),
      isolation: { medianMs: 1.24, p95Ms: 4.3 },
    };
    expect(summaryLine(summary, 12.34)).toBe(
      '3 scenarios passed, 1 failed, 1 skipped or pending in 12.3 s ' +
        '(seed 7, mode lease, 2 workers; isolation median 1.24 ms, p95 4.3 ms)',
    );
  });

  it('computes medians and percentiles of the available values', () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([], 0.5)).toBe(0);
    expect(quantile([1, 2, 3, 4], 1)).toBe(4);
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
});
