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
  metrics.gauge('cluster_instances', 'Instances that hold a lease, as this one last saw them', [], (gauge) => {
    gauge.set(membership()?.live ?? 0);
  });
  metrics.gauge(
    'cluster_lease_seconds_left',
    'How long this instance may still trust its memory without hearing from the database; 0 when it does not',
    [],
    (gauge) => {
      gauge.set((membership()?.trustLeftMs ?? 0) / 1000);
    },
  );
  const announcements = metrics.counter('cluster_announcements_total', 'Changes announced by this instance', ['topic']);
  const durations = metrics.histogram(
    'cluster_settle_duration_seconds',
    'How long this instance waited for the others to act on its announcements',
    ['topic'],
  );
  return {
    settled(topic, durationMs) {
      announcements.inc({ topic });
      durations.observe({ topic }, durationMs / 1000);
    },
  };
};
