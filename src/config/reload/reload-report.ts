import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import type { EnvironmentPlan, Pinned } from '../files/environment.js';
import { type ConfigIssue, describeIssue } from '../issue.js';
import { settingOf } from '../schema/schema.js';
import type { Change, ReloadOutcome, RevisionTrigger } from '../types.js';
import { isReload, rollbackOf, type ActiveConfig } from './config-snapshot.js';
import { ReloadMetrics } from './reload-metrics.js';

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
    if (isReload(trigger)) {
      this.#metrics?.failed();
      const isKnown = this.#refusedContent === content;
      this.#refusedContent = content;
      if (isKnown && (trigger === 'watch' || trigger === 'poll')) return false;
    }
    const what = isReload(trigger)
      ? 'configuration rejected'
      : `configuration ${trigger === 'rollback' ? 'rollback' : 'override'} rejected`;
    this.log.error(
      { event: 'config.refused', revision, trigger, duration_ms: round(durationMs), errors: issues },
      `${what}; ${revision === null ? 'the active configuration' : `revision ${String(revision)}`} stays active: ${issues.map(describeIssue).join('; ')}`,
    );
    return true;
  }

  /** Reports what overrides the files, because the files do not show it. */
  overridesChanged(active: ActiveConfig, before: ActiveConfig): void {
    this.#metrics?.active(active);
    // The version alone changes when what was due is recorded.
    const shown = ({ overrides, leftOut }: ActiveConfig): unknown => [{ ...overrides, version: null }, leftOut];
    if (isDeepStrictEqual(shown(active), shown(before))) return;
    const { revision, overrides } = active;
    const [rollback, earlier] = [rollbackOf(active.overrides), rollbackOf(before.overrides)];
    if (rollback !== null && !isDeepStrictEqual(rollback, earlier)) {
      const facts = { revision, rollback_to: rollback.revision, since: rollback.since.toISOString() };
      this.log.warn(
        { event: 'config.rolled_back', ...facts, actor_id: rollback.actorId },
        `rolled back to revision ${String(rollback.revision)}; its values override the files`,
      );
    }
    if (earlier !== null && rollback === null) {
      this.log.warn(
        { event: 'config.rollback_ended', rollback_to: earlier.revision },
        `the rollback to revision ${String(earlier.revision)} has ended`,
      );
    }
    const { pending } = overrides;
    this.log.info(
      {
        event: 'config.overrides_changed',
        revision,
        overridden: overrides.overrides.map(({ key }) => key),
        confirm_by: pending?.confirmBy.toISOString() ?? null,
        scheduled: overrides.scheduled.length,
      },
      'configuration overrides changed',
    );
    for (const { key, issues } of active.leftOut.filter(
      ({ key }) => !before.leftOut.some((each) => each.key === key),
    )) {
      this.log.error(
        { event: 'config.override_left_out', key, errors: issues },
        `the override of ${key} has no effect: ${issues.map(describeIssue).join('; ')}`,
      );
    }
  }

  /** Reports that a subscriber failed to undo a change. */
  undoFailed(error: unknown): void {
    this.log.error({ event: 'config.undo_failed', err: error }, 'could not revert a rejected configuration change');
  }

  /** A change of overrides says nothing about the files. */
  #succeeded({ trigger, at }: Ended): void {
    if (!isReload(trigger)) return;
    this.#refusedContent = null;
    this.#metrics?.succeeded(at);
  }
}
