import type { Metrics } from '../observability/metrics.js';
import type { PoolUsage } from './pool.js';

/**
 * Registers what the metrics tell about the pool.
 * @param usage asked at each scrape, of the pool in force then
 * @returns to be called at each slow query
 */
export const observePool = (metrics: Metrics, usage: () => PoolUsage): (() => void) => {
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
  return () => {
    slow.inc();
  };
};
