import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import type { EnvironmentPlan } from './environment.js';
import { describeFault, type ConfigFault } from './fault.js';
import type { Change, Generation } from './generation.js';
import { ReloadMetrics } from './reload-metrics.js';
import type { ReloadOutcome, ReloadTrigger } from './types.js';

/** What is common to every line about a reload. */
interface Attempt {
  readonly trigger: ReloadTrigger;
  readonly durationMs: number;
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
  opened({ loaded }: Generation, plan: EnvironmentPlan, at: Date): void {
    this.#metrics?.inForce(1, loaded.hash, 0);
    this.#metrics?.succeeded(at);
    this.log.info(
      { revision: 1, hash: loaded.hash, files: loaded.files, pinned: loaded.pinned },
      loaded.pinned.length === 0 ? 'configuration loaded' : 'configuration loaded; files cannot change the pinned keys',
    );
    for (const warning of plan.warnings) this.log.warn(warning);
  }

  /** A new revision is in force. */
  applied(
    revision: number,
    generation: Generation,
    changes: readonly Change[],
    attempt: Attempt & { readonly at: Date },
  ): void {
    const { loaded, pendingRestart } = generation;
    this.#metrics?.inForce(revision, loaded.hash, pendingRestart.length);
    this.#metrics?.succeeded(attempt.at);
    this.#ended('applied', attempt);
    this.log.info(
      {
        revision,
        hash: loaded.hash,
        trigger: attempt.trigger,
        duration_ms: round(attempt.durationMs),
        changes,
        pending_restart: pendingRestart,
      },
      'configuration applied',
    );
  }

  /** The files state what is in force already. */
  unchanged(attempt: Attempt & { readonly at: Date; readonly wasRefused: boolean }): void {
    this.#metrics?.succeeded(attempt.at);
    this.#ended('unchanged', attempt);
    if (attempt.wasRefused) {
      this.log.info({ trigger: attempt.trigger }, 'the configuration in force stands in the files again');
    } else this.log.debug({ trigger: attempt.trigger }, 'configuration unchanged');
  }

  /**
   * The files were refused.
   * @param content names the bytes that were read: the same are refused aloud only once, unless somebody asked
   */
  refused(revision: number, faults: readonly ConfigFault[], content: string, attempt: Attempt): void {
    this.#metrics?.failed();
    this.#ended('refused', attempt);
    const isKnown = this.#refusedContent === content;
    this.#refusedContent = content;
    if (isKnown && (attempt.trigger === 'watch' || attempt.trigger === 'poll')) return;
    this.log.error(
      { revision, trigger: attempt.trigger, duration_ms: round(attempt.durationMs), errors: faults },
      `configuration refused, revision ${revision} stays in force: ${faults.map(describeFault).join('; ')}`,
    );
  }

  /** A subscriber could not take a change back. */
  undoFailed(error: unknown): void {
    this.log.error({ err: error }, 'a change that was refused could not be taken back');
  }

  #ended(outcome: ReloadOutcome, { durationMs }: Attempt): void {
    if (outcome !== 'refused') this.#refusedContent = null;
    this.#metrics?.reloaded(outcome, durationMs);
  }
}
