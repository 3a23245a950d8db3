import { pendingMigrations } from '../database/migrations.js';
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

/**
 * Stores counted events, adds all changes to the counters, and sets the gauges of accounts, sessions and pending migrations,
 * at most once a minute.
 * @returns stops the job, and stores what was counted since its last run
 */
export const startStatistics = (services: Services): (() => Promise<void>) => {
  const { clock, db, log, metrics, statistics } = services;
  let gauges: ReturnType<typeof registerGauges> | undefined;
  let intervalMs = minIntervalMs;
  const { stop } = schedule(
    {
      name: 'statistics',
      intervalMs: () => intervalMs,
      runsAtStart: true,
      async run() {
        const startedAtMs = clock.monotonicMs();
        await statistics.flush();
        const counts = await statistics.accounts();
        const migrations = await pendingMigrations(db.knex);
        gauges ??= registerGauges(metrics);
        for (const status of ['active', 'blocked', 'deleted'] as const) gauges.accounts.set({ status }, counts[status]);
        gauges.sessions.set(counts.sessions);
        gauges.pending.set(migrations.length);
        intervalMs = Math.max(minIntervalMs, (clock.monotonicMs() - startedAtMs) * pauseFactor);
      },
    },
    services,
  );
  return async () => {
    await stop();
    await statistics.flush().catch((error: unknown) => {
      log.warn({ event: 'statistics.not_stored', err: error }, 'statistics of the last minute were not stored');
    });
  };
};
