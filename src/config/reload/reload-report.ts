import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import type { EnvironmentPlan, Pinned } from '../files/environment.js';
import { describeIssue, type ConfigIssue } from '../issue.js';
import type { Change } from './config-snapshot.js';
import type { ActiveConfig } from './active-config.js';
import { ReloadMetrics } from './reload-metrics.js';
import { settingOf } from '../schema/schema.js';
import type { ReloadOutcome, RevisionTrigger } from '../types.js';

/** What is common to every line about a reload. */
interface Ended {
  readonly trigger: RevisionTrigger;
  readonly durationMs: number;
  readonly at: Date;
}

const round = (ms: number): number => Math.round(ms * 10) / 10;

/** Tells operators, in log lines and metrics, what became of each reload. Secrets are masked before they get here. */
export class ReloadReport {
  readonly #metrics: ReloadMetrics | null;
  #refusedContent: string | null = null;

  constructor(
    private readonly log: Logger,
    metrics: Metrics | undefined,
  ) {
    this.#metrics = metrics === undefined ? null : new ReloadMetrics(metrics);
  }

  /** The first load: what is in force, what no file can change, and which variables look misspelt. */
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

  /** What is in force has got its number from the database, or another one. */
  numbered(active: ActiveConfig): void {
    const { revision, snapshot, trigger } = active;
    this.#metrics?.active(active);
    this.log.info(
      { event: 'config.revision_recorded', revision, hash: snapshot.loaded.hash, trigger },
      `active configuration: revision ${String(revision)}`,
    );
  }

  /** A new revision is in force. */
  applied(active: ActiveConfig, changes: readonly Change[], ended: Ended): void {
    const { revision, snapshot } = active;
    const { loaded, pendingRestart } = snapshot;
    this.#metrics?.active(active);
    this.#succeeded(ended);
    this.#metrics?.reloaded('applied', ended.durationMs);
    const { trigger, durationMs } = ended;
    const facts = { revision, hash: loaded.hash, trigger, duration_ms: round(durationMs) };
    // A restart key never changes while the process runs, whatever the files say.
    const applied = changes.filter(({ key }) => settingOf(key)?.options.class !== 'restart');
    const pending = changes.filter(({ key }) => pendingRestart.includes(key));
    this.log.info(
      { event: 'config.applied', ...facts, applied, pending, pending_restart: pendingRestart },
      'configuration applied',
    );
  }

  /**
   * Warns of edits that have no effect, since the operator would otherwise wait for it: after a change, and whenever
   * somebody asked for the reload.
   */
  ignored(
    pinned: readonly Pinned[],
    attempt: { readonly outcome: ReloadOutcome; readonly isRequested: boolean },
  ): void {
    if (pinned.length === 0 || (attempt.outcome !== 'applied' && !attempt.isRequested)) return;
    const edits = pinned.map(({ key, variable }) => `${key} is set by ${variable}`);
    this.log.warn({ event: 'config.no_effect', no_effect: pinned }, `no effect: ${edits.join('; ')}`);
  }

  /** What was read is in force already. */
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
    // Whoever sends a signal gets no other answer.
    this.log[trigger === 'signal' ? 'info' : 'debug'](
      { event: 'config.unchanged', revision, trigger },
      `configuration unchanged${number}`,
    );
  }

  /**
   * What was read was refused.
   * @param content names the bytes that were read: the same are refused aloud only once, unless somebody asked
   * @returns whether it was refused aloud
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
    const what = trigger === 'rollback' ? 'configuration rollback rejected' : 'configuration refused';
    this.log.error(
      { event: 'config.refused', revision, trigger, duration_ms: round(durationMs), errors: issues },
      `${what}; ${revision === null ? 'the active configuration' : `revision ${String(revision)}`} stays active: ${issues.map(describeIssue).join('; ')}`,
    );
    return true;
  }

  /** Values of an earlier revision lie over the files: said aloud, since the files do not show it. */
  rolledBack({ revision, rollback }: ActiveConfig): void {
    if (rollback === null) return;
    const facts = { revision, rollback_to: rollback.revision, since: rollback.since.toISOString() };
    this.log.warn(
      { event: 'config.rolled_back', ...facts, actor_id: rollback.actorId },
      `rolled back to revision ${String(rollback.revision)}; file changes are ignored until a file is modified`,
    );
  }

  /** The files have changed under a rollback. */
  rollbackEnded(revision: number): void {
    this.log.warn(
      { event: 'config.rollback_ended', rollback_to: revision },
      `files were modified; the rollback to revision ${String(revision)} has ended`,
    );
  }

  /** A subscriber could not take a change back. */
  undoFailed(error: unknown): void {
    this.log.error({ event: 'config.undo_failed', err: error }, 'could not revert a rejected configuration change');
  }

  /** What a rollback comes to says nothing of the files. */
  #succeeded({ trigger, at }: Ended): void {
    if (trigger === 'rollback') return;
    this.#refusedContent = null;
    this.#metrics?.succeeded(at);
  }
}
