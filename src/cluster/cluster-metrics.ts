import type { Metrics } from '../observability/metrics.js';
import type { Membership } from './membership.js';
import type { Topic } from './topic.js';

/** What is told to the metrics as it happens. */
export interface ClusterMetrics {
  /** @param durationMs from the commit until the announcement was settled */
  settled(topic: Topic, durationMs: number): void;
}

/**
 * Registers the metrics of a cluster.
 * @param membership asked at each scrape; undefined while the instance has not joined
 */
export const clusterMetrics = (metrics: Metrics, membership: () => Membership | undefined): ClusterMetrics => {
  metrics.gauge(
    'rollcall_cluster_instances',
    'Number of instances that hold a lease, as last seen by this instance.',
    [],
    (gauge) => {
      gauge.set(membership()?.live ?? 0);
    },
  );
  metrics.gauge(
    'rollcall_cluster_lease_remaining_seconds',
    'Time until this instance stops trusting its local caches unless the database responds; 0 once it has stopped.',
    [],
    (gauge) => {
      gauge.set((membership()?.trustLeftMs ?? 0) / 1000);
    },
  );
  const announcements = metrics.counter(
    'rollcall_cluster_announcements_total',
    'Changes announced to the other instances, by topic.',
    ['topic'],
  );
  const durations = metrics.histogram(
    'rollcall_cluster_settle_duration_seconds',
    'Time this instance waited for the other instances to apply its announcements, by topic.',
    ['topic'],
  );
  return {
    settled(topic, durationMs) {
      announcements.inc({ topic });
      durations.observe({ topic }, durationMs / 1000);
    },
  };
};
