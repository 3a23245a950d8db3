import type { Metrics } from '../observability/metrics.js';
import type { Topic } from './invalidation-handlers.js';
import type { Registration } from './registration.js';

/** Metrics that are recorded as they occur. */
export interface InstanceMetrics {
  /** @param durationMs from the commit until all instances acknowledged the invalidation, or their leases expired */
  acknowledged(topic: Topic, durationMs: number): void;
}

/**
 * Registers the metrics of the instances.
 * @param registration called at each scrape; returns undefined while this instance is not registered
 */
export const instanceMetrics = (metrics: Metrics, registration: () => Registration | undefined): InstanceMetrics => {
  metrics.gauge(
    'rollcall_cluster_instances',
    'Number of instances that hold a lease, as last seen by this instance.',
    [],
    (gauge) => {
      gauge.set(registration()?.liveInstances ?? 0);
    },
  );
  metrics.gauge(
    'rollcall_cluster_lease_remaining_seconds',
    'Time until this instance stops trusting its local caches unless the database responds; 0 once it has stopped.',
    [],
    (gauge) => {
      gauge.set((registration()?.leaseRemainingMs ?? 0) / 1000);
    },
  );
  const invalidations = metrics.counter(
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
    acknowledged(topic, durationMs) {
      invalidations.inc({ topic });
      durations.observe({ topic }, durationMs / 1000);
    },
  };
};
