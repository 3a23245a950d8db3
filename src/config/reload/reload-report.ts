import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import type { EnvironmentPlan, Pinned } from '../files/environment.js';
import { type ConfigIssue, describeIssue } from '../issue.js';
import { settingOf } from '../schema/schema.js';
import type { Change, ReloadOutcome, RevisionTrigger } from '../types.js';
import type { ActiveConfig } from './config-snapshot.js';

/** Common fields of log lines about a reload. */
interface Ended {
  readonly trigger: RevisionTrigger;
  readonly durationMs: number;
  readonly at: Date;
}

const round = (ms: number): number => Math.round(ms * 10) / 10;

/** Reports reloads to operators in the log and the metrics. Values are masked by the caller. */
export class ReloadReport {
  readonly #metrics: ReloadMetrics | null;
  #refusedContent: string | null = null;

  constructor(
    private readonly log: Logger,
    metrics: Metrics | undefined,
  ) {
    this.#metrics = metrics === undefined ? null : new ReloadMetrics(metrics);
  }

  /** Reports the first load, the keys that files cannot change, and variables that may be misspelled. */
  opened(active: ActiveConfig, plan: EnvironmentPlan): void {
    const { snapshot, loadedAt } = active;
    const { hash, files, pinned } = snapshot.loaded;
    this.#metrics?.active(active);
    this.#metrics?.succeeded(loadedAt);
    this.log.info(
      { event: 'config.loaded', hash, files, pinned },
      pinned.length === 0
        ? 'configuration loaded'
        : 'configuration loaded (keys set by the environment cannot be changed by files)',
    );
    for (const warning of plan.warnings) this.log.warn({ event: 'config.warning' }, warning);
  }

  /** Reports that the active configuration has got a number, or another one. */
  numbered(active: ActiveConfig): void {
    const { revision, snapshot, trigger } = active;
    this.#metrics?.active(active);
    this.log.info(
      { event: 'config.revision_recorded', revision, hash: snapshot.loaded.hash, trigger },
      `active configuration: revision ${String(revision)}`,
    );
  }

  /** Reports an applied change. */
  applied(active: ActiveConfig, changes: readonly Change[], ended: Ended): void {
    const { revision, snapshot } = active;
    const { loaded, pendingRestart } = snapshot;
    this.#metrics?.active(active);
    this.#succeeded(ended);
    this.#metrics?.reloaded('applied', ended.durationMs);
    const { trigger, durationMs } = ended;
    const facts = { revision, hash: loaded.hash, trigger, duration_ms: round(durationMs) };
    // A restart key never changes while the process is running.
    const applied = changes.filter(({ key }) => settingOf(key)?.options.class !== 'restart');
    const pending = changes.filter(({ key }) => pendingRestart.includes(key));
    this.log.info(
      { event: 'config.applied', ...facts, applied, pending, pending_restart: pendingRestart },
      'configuration applied',
    );
  }

  /** Warns about edits that have no effect, after a change and whenever a reload was requested. */
  ignored(
    pinned: readonly Pinned[],
    attempt: { readonly outcome: ReloadOutcome; readonly isRequested: boolean },
  ): void {
    if (pinned.length === 0 || (attempt.outcome !== 'applied' && !attempt.isRequested)) return;
    const edits = pinned.map(({ key, variable }) => `${key} is set by ${variable}`);
    this.log.warn({ event: 'config.no_effect', no_effect: pinned }, `no effect: ${edits.join('; ')}`);
  }

  /** Reports that the files match the active configuration. */
  unchanged(active: ActiveConfig, ended: Ended & { readonly wasRefused: boolean }): void {
    const { trigger, durationMs, wasRefused } = ended;
    const { revision } = active;
    this.#metrics?.active(active);
    this.#succeeded(ended);
    this.#metrics?.reloaded('unchanged', durationMs);
    if (wasRefused) {
      this.log.info(
        { event: 'config.restored', revision, trigger },
        'configuration files are valid again and match the active configuration',
      );
      return;
    }
    const number = revision === null ? '' : ` (revision ${String(revision)})`;
    // The log is the only response to a signal.
    this.log[trigger === 'signal' ? 'info' : 'debug'](
      { event: 'config.unchanged', revision, trigger },
      `configuration unchanged${number}`,
    );
  }

  /**
   * Reports a rejected configuration. The same content is logged only once, unless the reload was requested.
   * @param content identifies the files
   * @returns whether it was logged
   */
  refused(revision: number | null, issues: readonly ConfigIssue[], content: string, ended: Ended): boolean {
    const { trigger, durationMs } = ended;
    this.#metrics?.reloaded('refused', durationMs);
    if (trigger !== 'rollback') {
      this.#metrics?.failed();
      const isKnown = this.#refusedContent === content;
      this.#refusedContent = content;
      if (isKnown && (trigger === 'watch' || trigger === 'poll')) return false;
    }
    const what = trigger === 'rollback' ? 'configuration rollback rejected' : 'configuration rejected';
    this.log.error(
      { event: 'config.refused', revision, trigger, duration_ms: round(durationMs), errors: issues },
      `${what}; ${revision === null ? 'the active configuration' : `revision ${String(revision)}`} stays active: ${issues.map(describeIssue).join('; ')}`,
    );
    return true;
  }

  /** Warns that the files are overridden, because they do not show it. */
  rolledBack({ revision, rollback }: ActiveConfig): void {
    if (rollback === null) return;
    const facts = { revision, rollback_to: rollback.revision, since: rollback.since.toISOString() };
    this.log.warn(
      { event: 'config.rolled_back', ...facts, actor_id: rollback.actorId },
      `rolled back to revision ${String(rollback.revision)}; file changes are ignored until a file is modified`,
    );
  }

  /** Reports that a rollback has ended because the files have changed. */
  rollbackEnded(revision: number): void {
    this.log.warn(
      { event: 'config.rollback_ended', rollback_to: revision },
      `files were modified; the rollback to revision ${String(revision)} has ended`,
    );
  }

  /** Reports that a subscriber failed to undo a change. */
  undoFailed(error: unknown): void {
    this.log.error({ event: 'config.undo_failed', err: error }, 'could not revert a rejected configuration change');
  }

  /** The result of a rollback says nothing about the files. */
  #succeeded({ trigger, at }: Ended): void {
    if (trigger === 'rollback') return;
    this.#refusedContent = null;
    this.#metrics?.succeeded(at);
  }
}

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
      'rollcall_config_last_reload_successful',
      'Whether the last reload was accepted (1) or rejected (0).',
    );
    this.#successTimestamp = metrics.gauge(
      'rollcall_config_last_reload_success_timestamp_seconds',
      'Unix time at which the configuration files were last found valid.',
    );
    this.#reloads = metrics.counter(
      'rollcall_config_reloads_total',
      'Reloads by result: applied, unchanged or refused (rejected). Polls that find no change are not counted.',
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
    for (const result of ['applied', 'unchanged', 'refused'] as const) this.#reloads.inc({ result }, 0);
  }

  /** Updates the metrics of the active configuration. */
  active({ revision, snapshot, rollback }: ActiveConfig): void {
    this.#info.reset();
    this.#info.set({ revision: revision === null ? '' : String(revision), hash: snapshot.loaded.hash }, 1);
    this.#pending.set(snapshot.pendingRestart.length);
    this.#rollback.set(rollback === null ? 0 : 1);
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
