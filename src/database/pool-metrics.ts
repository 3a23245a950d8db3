import type { Metrics } from '../observability/metrics.js';
import type { PoolUsage } from './pool.js';

/**
 * Registers what the metrics tell about the pool.
 * @param usage asked at each scrape, of the pool in force then
 * @returns to be called at each slow query
 */
export const observePool = (metrics: Metrics, usage: () => PoolUsage): (() => void) => {
  metrics.gauge('database_pool_connections', 'Connections of the pool', ['state'], (gauge) => {
    const { used, free } = usage();
    gauge.set({ state: 'used' }, used);
    gauge.set({ state: 'free' }, free);
  });
  metrics.gauge('database_pool_pending', 'Callers that wait for a connection', [], (gauge) => {
    gauge.set(usage().pending);
  });
  metrics.gauge('database_pool_max', 'Connections that the pool may open', [], (gauge) => {
    gauge.set(usage().max);
  });
  const slow = metrics.counter('database_slow_queries_total', 'Queries that took longer than database.slowQuery');
  return () => {
    slow.inc();
  };
};
