import { pendingMigrations } from '../database/migrations.js';
import { countAccounts } from '../models/account-counts.js';
import type { Services } from '../services.js';
import { schedule } from './schedule.js';

/** Between two counts, in milliseconds; a count that takes long is repeated after this many times as long. */
const leastMs = 60_000;
const pauses = 60;

/**
 * Counts accounts, sessions and pending migrations for the metrics, once a minute at most.
 * @returns stops it, and resolves when a count under way has ended
 */
export const startStatistics = ({ db, clock, log, metrics }: Services): (() => Promise<void>) => {
  const accounts = metrics.gauge('rollcall_accounts', 'Number of accounts, by status: active, blocked or deleted.', [
    'status',
  ]);
  const sessions = metrics.gauge('rollcall_sessions', 'Number of sessions that have neither ended nor expired.');
  const pending = metrics.gauge('rollcall_migrations_pending', 'Number of migrations that have not been applied.');
  let intervalMs = leastMs;
  return schedule({
    clock,
    log,
    name: 'counting accounts and sessions',
    intervalMs: () => intervalMs,
    runsAtStart: true,
    async run() {
      const startedAtMs = clock.monotonicMs();
      const census = await db.read((connection) => countAccounts(connection, clock.now()));
      for (const status of ['active', 'blocked', 'deleted'] as const) accounts.set({ status }, census[status]);
      sessions.set(census.sessions);
      pending.set((await pendingMigrations(db.knex)).length);
      intervalMs = Math.max(leastMs, (clock.monotonicMs() - startedAtMs) * pauses);
    },
  });
};
