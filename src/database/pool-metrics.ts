import type { Metrics } from '../observability/metrics.js';
import type { PoolUsage } from './pool.js';
import type { QueryMetrics } from './query.js';

/** Statements that insert into the audit log. */
const auditInsert = /^\s*insert into (?:"?\w+"?\.)?"?audit_events\b/i;

/**
 * Registers the metrics of the pool and its queries.
 * @param usage called at each scrape; returns the usage of the current pool
 */
export const poolMetrics = (metrics: Metrics, usage: () => PoolUsage): QueryMetrics => {
  metrics.gauge(
    'rollcall_database_pool_connections',
    'Number of connections in the pool, by state: used or free.',
    ['state'],
    (gauge) => {
      const { used, free } = usage();
      gauge.set({ state: 'used' }, used);
      gauge.set({ state: 'free' }, free);
    },
  );
  metrics.gauge('rollcall_database_pool_pending', 'Number of callers waiting for a connection.', [], (gauge) => {
    gauge.set(usage().pending);
  });
  metrics.gauge('rollcall_database_pool_max_connections', 'Maximum number of connections in the pool.', [], (gauge) => {
    gauge.set(usage().max);
  });
  const slow = metrics.counter(
    'rollcall_database_slow_queries_total',
    'Queries that took longer than database.slowQuery.',
  );
  const durations = metrics.histogram(
    'rollcall_database_query_duration_seconds',
    'Duration of database queries, excluding the wait for a connection.',
  );
  const auditFailures = metrics.counter(
    'rollcall_audit_insert_failures_total',
    'Audit events that could not be inserted.',
  );
  return {
    ended(durationMs) {
      durations.observe(durationMs / 1000);
    },
    slow() {
      slow.inc();
    },
    failed(text) {
      if (auditInsert.test(text)) auditFailures.inc();
    },
  };
};
