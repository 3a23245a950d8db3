/** A fixture for Vitest. */
import { afterAll, beforeAll, test as base, type TestAPI } from 'vitest';
import type { Lease } from './lease.js';
import type { SchemaPoolOptions } from './options.js';
import { SchemaPool } from './pool.js';

const setUpTimeoutMs = 300_000;

/**
 * A `test` function whose tests get a schema: `test('…', async ({ lease }) => { … })`. A test that leaves something behind
 * fails. Call it once per test file, at the top level.
 */
export const scenarioSchema = (options: SchemaPoolOptions): TestAPI<{ lease: Lease }> => {
  let pool: SchemaPool | undefined;
  beforeAll(async () => {
    pool = await SchemaPool.start(options);
  }, setUpTimeoutMs);
  afterAll(async () => {
    // Vitest prints its results after this, and its processes do not have the user's standard input.
    await pool?.stop({ wait: false });
  }, setUpTimeoutMs);
  return base.extend<{ lease: Lease }>({
    lease: async ({ task }, use) => {
      if (pool === undefined) throw new Error('scenarioSchema() must be called at the top level of a test file.');
      const lease = await pool.lease({ title: task.name, unit: 'test' });
      await use(lease);
      // A retried test keeps the errors of earlier attempts.
      if (task.result?.state === 'fail') {
        // A test of `test.fails` is expected to fail.
        await lease.abandon(task.fails === true ? false : undefined);
      } else {
        await lease.return();
      }
    },
  });
};
