/** Test functions for node:test. */
import { after, before, test as base, type TestContext, type TestOptions } from 'node:test';
import type { Lease } from './lease.js';
import type { SchemaPoolOptions } from './options.js';
import { SchemaPool } from './pool.js';

/** The work of a test that gets a schema. */
export type LeaseWork = (t: TestContext, lease: Lease) => unknown;

/** Defines a test, with the arguments of `test` of node:test. */
export interface DefineTest {
  (name: string, work?: LeaseWork): Promise<void>;
  (name: string, options: TestOptions, work?: LeaseWork): Promise<void>;
}

/** A `test` function whose tests get a schema. */
export interface LeaseTest extends DefineTest {
  readonly only: DefineTest;
  readonly skip: DefineTest;
  readonly todo: DefineTest;
  /** Wraps the function of a test for `test` of node:test, so that Node.js reports the file and line of your call. */
  withLease(work: LeaseWork): (t: TestContext) => Promise<void>;
}

/** The types of Node.js 20 lack `passed`. */
type RunningTest = TestContext & { readonly passed: boolean };

/**
 * A `test` function whose tests get a schema: `test('…', async (t, lease) => { … })`. A test that leaves something behind
 * fails. Call it once per test file, at the top level. With `test` of node:test, use `withLease`:
 * `test('…', withLease(async (t, lease) => { … }))`.
 */
export const scenarioSchema = (options: SchemaPoolOptions): LeaseTest => {
  let pool: SchemaPool | undefined;
  before(async () => {
    pool = await SchemaPool.start(options);
  });
  after(async () => {
    // `node --test` runs each file in a process that does not have the user's standard input.
    await pool?.stop({ wait: false });
  });

  const withLease = (work: LeaseWork) => async (t: TestContext) => {
    if (pool === undefined) throw new Error('scenarioSchema() must be called at the top level of a test file.');
    const lease = await pool.lease({ title: t.name, unit: 'test' });
    const tests = new Set([t as RunningTest]);
    let ended: Promise<unknown> | undefined;
    const end = (isPassed: boolean): Promise<unknown> => (ended ??= isPassed ? lease.return() : lease.abandon());
    // The work of a test that timed out may never end, and Node.js skips the hooks that follow a failed one.
    t.signal.addEventListener('abort', () => void end(false).catch(() => undefined));
    if (t.signal.aborted) {
      await end(false);
      return;
    }
    // A failed subtest does not reject `t.test`, and fails its parent only after the parent's hooks.
    t.beforeEach((subtest) => void tests.add(subtest as RunningTest));
    try {
      await work(t, lease);
    } finally {
      // After the hooks of the test, which may close its connections.
      t.after(() => end([...tests].every(({ passed }) => passed)));
    }
  };

  const define =
    (test: (...args: never[]) => Promise<void>): DefineTest =>
    (...args: unknown[]) =>
      test(...(args.map((arg) => (typeof arg === 'function' ? withLease(arg as LeaseWork) : arg)) as never[]));
  return Object.assign(define(base), {
    only: define(base.only),
    skip: define(base.skip),
    todo: define(base.todo),
    withLease,
  });
};
