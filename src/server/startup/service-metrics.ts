import type { BuildInfo } from '../../build-info.js';
import type { Metrics } from '../../observability/metrics.js';
import type { Lifecycle } from '../../services.js';

/** Registers what is known of a service before its database answers: what it is, and whether it is ready. */
export const observeService = (
  metrics: Metrics,
  { version, commit, nodeVersion }: BuildInfo,
  lifecycle: Lifecycle,
): void => {
  metrics
    .gauge('rollcall_build_info', 'Version, commit and Node.js version of the service, always 1.', [
      'version',
      'commit',
      'node_version',
    ])
    .set({ version, commit: commit ?? 'unknown', node_version: nodeVersion }, 1);
  metrics.gauge(
    'rollcall_ready',
    'Whether the service can handle traffic (1) or not (0), determined at each scrape.',
    [],
    async (gauge) => {
      const isReady = (await lifecycle.isReady?.().catch(() => false)) ?? false;
      gauge.set(isReady ? 1 : 0);
    },
  );
};
