import type { Metrics } from '../observability/metrics.js';
import type { InForce } from './in-force.js';
import type { ReloadOutcome } from './types.js';

/** The metrics of live configuration. */
export class ReloadMetrics {
  readonly #successful;
  readonly #successTimestamp;
  readonly #reloads;
  readonly #duration;
  readonly #info;
  readonly #pending;
  readonly #rollback;

  constructor(metrics: Metrics) {
    this.#successful = metrics.gauge(
      'config_last_reload_successful',
      'Whether the last reload was good (1) or refused (0)',
    );
    this.#successTimestamp = metrics.gauge(
      'config_last_reload_success_timestamp_seconds',
      'When the configuration was last found good, in seconds since 1970',
    );
    this.#reloads = metrics.counter(
      'config_reloads_total',
      'Reloads by result; a look at the files that finds nothing new is not counted',
      ['result'],
    );
    this.#duration = metrics.histogram(
      'config_reload_duration_seconds',
      'Duration of reloads, their subscribers included',
    );
    this.#info = metrics.gauge(
      'config_info',
      'Active configuration (always 1); the revision is empty until the database has numbered it',
      ['revision', 'hash'],
    );
    this.#pending = metrics.gauge('config_pending_restart_keys', 'Keys whose new value waits for a restart');
    this.#rollback = metrics.gauge(
      'config_rollback_active',
      'Whether values of an earlier revision lie over the files (1) or not (0)',
    );
    for (const result of ['applied', 'unchanged', 'refused'] as const) this.#reloads.inc({ result }, 0);
  }

  /** What is in force from now on. */
  inForce({ revision, generation, rollback }: InForce): void {
    this.#info.reset();
    this.#info.set({ revision: revision === null ? '' : String(revision), hash: generation.loaded.hash }, 1);
    this.#pending.set(generation.pendingRestart.length);
    this.#rollback.set(rollback === null ? 0 : 1);
  }

  /** The files were found good. */
  succeeded(at: Date): void {
    this.#successful.set(1);
    this.#successTimestamp.set(at.getTime() / 1000);
  }

  /** The files were refused. */
  failed(): void {
    this.#successful.set(0);
  }

  /** One reload has ended. */
  reloaded(result: ReloadOutcome, durationMs: number): void {
    this.#reloads.inc({ result });
    this.#duration.observe(durationMs / 1000);
  }
}
