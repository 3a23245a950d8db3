import type { Metrics } from '../../observability/metrics.js';
import type { KeyRing } from '../../security/key-ring.js';

/** Shows the signing keys that this instance knows, by state and algorithm. */
export const observeKeys = (metrics: Metrics, keys: Pick<KeyRing, 'inventory'>): void => {
  metrics.gauge(
    'rollcall_signing_keys',
    'Number of signing keys that can verify tokens, by state and algorithm.',
    ['state', 'algorithm'],
    (gauge) => {
      gauge.reset();
      for (const { state, algorithm } of keys.inventory()) gauge.inc({ state, algorithm });
    },
  );
};
