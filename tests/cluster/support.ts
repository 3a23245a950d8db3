import { randomUUID } from 'node:crypto';
import { Cluster, type Member } from '../../src/cluster/cluster.js';
import type { Topic } from '../../src/cluster/topic.js';
import type { Database } from '../../src/database/database.js';
import { Metrics } from '../../src/observability/metrics.js';
import { openDatabase, recordLog, type RecordedLog } from '../support/postgres.js';
import { MovedClock } from '../support/test-app.js';

/** An instance of a test: a cluster on a pool of its own, and what it holds in memory. */
export interface TestInstance {
  readonly cluster: Cluster;
  readonly db: Database;
  readonly clock: MovedClock;
  readonly lines: RecordedLog['lines'];
  readonly metrics: Metrics;
  readonly member: Member;
  /** How often it has acted on `cache`. */
  readonly acted: () => number;
  /** Changes something, tells the others, and waits. */
  announce(topic?: Topic): Promise<void>;
  join(): Promise<void>;
  close(): Promise<void>;
}

/** Makes an instance that has not joined. */
export const makeInstance = (url: string, options: { schema?: string } = {}): TestInstance => {
  const { log, lines } = recordLog();
  const [clock, metrics] = [new MovedClock(), new Metrics()];
  const db = openDatabase(url, { statementTimeoutMs: 2_000, log, ...options });
  const cluster = new Cluster({ db, log, clock, metrics });
  const status = (): { revision: number; hash: string } => ({ revision: 7, hash: 'abc' });
  const member = { id: randomUUID(), hostname: 'here', pid: 1, version: '0.0.0', status };
  let acted = 0;
  cluster.on('cache', async () => {
    acted += 1;
  });
  return {
    ...{ cluster, db, clock, lines, metrics, member },
    acted: () => acted,
    async announce(topic = 'cache') {
      await cluster.settled(await db.transaction((trx) => cluster.announce(trx, topic)));
    },
    join: () => cluster.join(member),
    async close() {
      await cluster.leave();
      await db.close();
    },
  };
};

/** Closes what was made, whatever state it is in. */
export const closeAll = async (made: TestInstance[]): Promise<void> => {
  await Promise.all(made.splice(0).map((instance) => instance.close()));
};

/** How long something took, in milliseconds. */
export const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
};
