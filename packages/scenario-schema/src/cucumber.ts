/** Hooks for cucumber-js 12 and 13. */
import * as cucumber from '@cucumber/cucumber';
import { isMainThread } from 'node:worker_threads';
import { processEnvironment } from './environment.js';
import { ScenarioSchemaError } from './errors.js';
import type { Lease } from './lease.js';
import type { SchemaPoolOptions } from './options.js';
import { SchemaPool } from './pool.js';

/** A World with the lease of its scenario. */
export interface LeaseWorld {
  lease: Lease;
}

/** Options for `useScenarioSchema`. */
export interface CucumberOptions extends Omit<SchemaPoolOptions, 'run'> {
  /** Scenarios with this tag get a schema that is dropped afterwards, so they may change its structure; default `@fresh-schema`. */
  readonly freshTag?: string;
}

/** Starting PostgreSQL and migrating take longer than the default timeout of a hook. */
const setUpTimeoutMs = 300_000;

/** Workers are child processes or threads of the process that coordinates the run; without workers, a process is a run. */
const coordinatedRun = (): SchemaPoolOptions['run'] => {
  if (processEnvironment()['CUCUMBER_WORKER_ID'] === undefined) return undefined;
  const coordinator = isMainThread ? process.ppid : process.pid;
  return { key: `cucumber ${String(coordinator)}`, coordinator };
};

/**
 * Registers hooks that give each scenario a schema, as `this.lease`. Call it in a support file that is loaded before the steps:
 * its After hook then runs after those of the steps, so that they can close their connections. A scenario that leaves something
 * behind fails.
 */
export const useScenarioSchema = ({ freshTag = '@fresh-schema', ...options }: CucumberOptions): void => {
  let pool: SchemaPool | undefined;
  const leases = new WeakMap<object, Lease>();
  /**
   * The scenarios for which a lease was requested. A scenario is missing if a hook that runs before that of the kit has
   * failed.
   */
  const asked = new WeakSet<object>();

  cucumber.BeforeAll({ timeout: setUpTimeoutMs }, async () => {
    const run = coordinatedRun();
    pool = await SchemaPool.start({ ...options, ...(run !== undefined && { run }) });
  });

  cucumber.Before(
    { name: 'a leased schema', timeout: setUpTimeoutMs },
    async function (this: Partial<LeaseWorld> & object, { pickle }) {
      asked.add(this);
      if (pool === undefined) throw new Error('BeforeAll did not run.');
      const fresh = pickle.tags.some(({ name }) => name === freshTag);
      const lease = await pool.lease({ title: `${pickle.uri}: ${pickle.name}`, fresh });
      leases.set(this, lease);
      this.lease = lease;
    },
  );

  cucumber.After(
    { name: 'the schema is emptied and verified', timeout: setUpTimeoutMs },
    async function (this: object, { result }) {
      const lease = leases.get(this);
      if (lease === undefined) {
        // A Before hook of the project can also skip the scenario.
        if (asked.has(this) || result?.status !== cucumber.Status.FAILED) return;
        throw new ScenarioSchemaError(
          'There was no lease yet when a Before hook failed. Load the file with useScenarioSchema before the files with your hooks and steps.',
        );
      }
      if (result?.status === cucumber.Status.PASSED) await lease.return();
      else {
        const kept = await lease.abandon();
        const attach = (this as { attach?: (text: string) => unknown }).attach;
        if (kept !== null) attach?.call(this, kept.psql);
      }
    },
  );

  // A kept schema on an embedded server can be inspected until Ctrl-C.
  cucumber.AfterAll({ timeout: -1 }, async () => {
    await pool?.stop();
  });
};
