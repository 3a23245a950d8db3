import type { Metrics } from '../../observability/metrics.js';
import type { ReloadOutcome } from '../types.js';
import { rollbackOf, type ActiveConfig } from './config-snapshot.js';

/** The metrics of live configuration. */
export class ReloadMetrics {
  readonly #successful;
  readonly #successTimestamp;
  readonly #reloads;
  readonly #duration;
  readonly #info;
  readonly #pending;
  readonly #rollback;
  readonly #overrides;

  constructor(metrics: Metrics) {
    this.#successful = metrics.gauge(
      'rollcall_config_last_reload_successful',
      'Whether the last reload was accepted (1) or rejected (0).',
    );
    this.#successTimestamp = metrics.gauge(
      'rollcall_config_last_reload_success_timestamp_seconds',
      'Unix time at which the configuration files were last found valid.',
    );
    this.#reloads = metrics.counter(
      'rollcall_config_reloads_total',
      'Reloads, by result: applied, unchanged or refused. Polls that find no change are not counted.',
      ['result'],
    );
    this.#duration = metrics.histogram(
      'rollcall_config_reload_duration_seconds',
      'Duration of reloads, including their subscribers.',
    );
    this.#info = metrics.gauge(
      'rollcall_config_info',
      'Active configuration, always 1. The revision is empty until it has been recorded in the database.',
      ['revision', 'hash'],
    );
    this.#pending = metrics.gauge(
      'rollcall_config_pending_restart_keys',
      'Number of settings whose new value requires a restart.',
    );
    this.#rollback = metrics.gauge(
      'rollcall_config_rollback_active',
      'Whether a rollback to an earlier revision overrides the files (1) or not (0).',
    );
    this.#overrides = metrics.gauge(
      'rollcall_config_overrides',
      'Number of settings whose values in the files are overridden at runtime.',
    );
    for (const result of ['applied', 'unchanged', 'refused'] as const) this.#reloads.inc({ result }, 0);
  }

  /** Updates the metrics of the active configuration. */
  active({ revision, snapshot, overrides }: ActiveConfig): void {
    this.#info.reset();
    this.#info.set({ revision: revision === null ? '' : String(revision), hash: snapshot.loaded.hash }, 1);
    this.#pending.set(snapshot.pendingRestart.length);
    this.#rollback.set(rollbackOf(overrides) === null ? 0 : 1);
    this.#overrides.set(overrides.overrides.length);
  }

  /** The files are valid. */
  succeeded(at: Date): void {
    this.#successful.set(1);
    this.#successTimestamp.set(at.getTime() / 1000);
  }

  /** The files were rejected. */
  failed(): void {
    this.#successful.set(0);
  }

  /** A reload has ended. */
  reloaded(result: ReloadOutcome, durationMs: number): void {
    this.#reloads.inc({ result });
    this.#duration.observe(durationMs / 1000);
  }
}
