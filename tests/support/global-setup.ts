import type { TestProject } from 'vitest/node';
import { startThrowawayCluster } from '../../src/database/embedded/cluster.js';
import { createLogger } from '../../src/observability/logger.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL of the cluster that lives as long as this run. */
    postgresUrl: string;
  }
}

/** One throw-away PostgreSQL for the whole run; every test file makes a database of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startThrowawayCluster({ log: createLogger('warn'), env: process.env });
  project.provide('postgresUrl', cluster.url);
  return () => cluster.stop();
}
