/** A test function for node:test. */
import { after, before, test as base, type TestContext } from 'node:test';
import type { Lease } from './lease.js';
import type { SchemaPoolOptions } from './options.js';
import { SchemaPool } from './pool.js';

/** A test that gets a schema. */
export type LeaseTest = (name: string, work: (t: TestContext, lease: Lease) => unknown) => Promise<void>;

/**
 * A `test` function whose tests get a schema: `test('…', async (t, lease) => { … })`. A test that leaves something behind
 * fails. Call it once per test file, on the top level.
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
  return (name, work) =>
    base(name, async (t) => {
      if (pool === undefined) throw new Error('scenarioSchema() must be called on the top level of a test file.');
      const lease = await pool.lease({ title: name });
      try {
        await work(t, lease);
      } catch (error) {
        await lease.abandon();
        throw error;
      }
      await lease.return();
    });
};
