import { pendingMigrations } from '../database/migrations.js';
import { countAccounts } from '../models/accounts/account-counts.js';
import type { Services } from '../services.js';
import { schedule } from './schedule.js';

/** Shortest interval between two counts, in milliseconds. A slow count is repeated after `pauseFactor` times its duration. */
const minIntervalMs = 60_000;
const pauseFactor = 60;

/** Gauges are registered with the first count: a gauge without a value would show 0. */
const registerGauges = (metrics: Services['metrics']) => ({
  accounts: metrics.gauge('rollcall_accounts', 'Number of accounts, by status: active, blocked or deleted.', [
    'status',
  ]),
  sessions: metrics.gauge('rollcall_sessions', 'Number of sessions that have neither ended nor expired.'),
  pending: metrics.gauge('rollcall_migrations_pending', 'Number of migrations that have not been applied.'),
});

/** Counts accounts, sessions and pending migrations for the metrics, at most once a minute. Returns a function that stops the job. */
export const startStatistics = (services: Services): (() => Promise<void>) => {
  const { db, clock, metrics } = services;
  let gauges: ReturnType<typeof registerGauges> | undefined;
  let intervalMs = minIntervalMs;
  return schedule(
    {
      name: 'statistics',
      intervalMs: () => intervalMs,
      runsAtStart: true,
      async run() {
        const startedAtMs = clock.monotonicMs();
        const counts = await db.read((connection) => countAccounts(connection, clock.now()));
        const migrations = await pendingMigrations(db.knex);
        gauges ??= registerGauges(metrics);
        for (const status of ['active', 'blocked', 'deleted'] as const) gauges.accounts.set({ status }, counts[status]);
        gauges.sessions.set(counts.sessions);
        gauges.pending.set(migrations.length);
        intervalMs = Math.max(minIntervalMs, (clock.monotonicMs() - startedAtMs) * pauseFactor);
      },
    },
    services,
  ).stop;
};
