import { randomUUID } from 'node:crypto';
import { InstanceRegistry, type InstanceInfo } from '../../src/instances/instance-registry.js';
import type { Topic } from '../../src/instances/invalidation-handlers.js';
import type { Database } from '../../src/database/database.js';
import { Metrics } from '../../src/observability/metrics.js';
import { openDatabase, recordLog, type RecordedLog } from '../support/postgres.js';
import { TestClock } from '../../src/testing/test-clock.js';

/** An instance of a test: a registry with a separate pool, and its cached values. */
export interface TestInstance {
  readonly instances: InstanceRegistry;
  readonly db: Database;
  readonly clock: TestClock;
  readonly lines: RecordedLog['lines'];
  readonly metrics: Metrics;
  readonly info: InstanceInfo;
  /** How often it has applied on `cache`. */
  readonly applied: () => number;
  /** Changes something, tells the others, and waits. */
  publish(topic?: Topic): Promise<void>;
  register(): Promise<void>;
  close(): Promise<void>;
}

/** Makes an instance that has not joined. */
export const makeInstance = (url: string, options: { schema?: string } = {}): TestInstance => {
  const { log, lines } = recordLog();
  const [clock, metrics] = [new TestClock(), new Metrics()];
  const db = openDatabase(url, { statementTimeoutMs: 2_000, log, ...options });
  const instances = new InstanceRegistry({ db, log, clock, metrics });
  const status = (): { revision: number; hash: string } => ({ revision: 7, hash: 'abc' });
  const info = { id: randomUUID(), hostname: 'here', pid: 1, version: '0.0.0', status };
  let applied = 0;
  instances.on('cache', async () => {
    applied += 1;
  });
  return {
    ...{ instances, db, clock, lines, metrics, info },
    applied: () => applied,
    async publish(topic = 'cache') {
      await instances.waitForAcks(await db.transaction((trx) => instances.publish(trx, topic)));
    },
    register: () => instances.register(info),
    async close() {
      await instances.unregister();
      await db.close();
    },
  };
};

/** Closes all instances, in any state. */
export const closeAll = async (instances: TestInstance[]): Promise<void> => {
  await Promise.all(instances.splice(0).map((instance) => instance.close()));
};

/** How long something took, in milliseconds. */
export const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
};
