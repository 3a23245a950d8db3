import type { Clock } from '../../clock.js';
import type { DiskState } from '../files/disk-state.js';
import { ConfigError, type ConfigIssue } from '../issue.js';
import { contentOf, type StoredRollback } from '../revisions/revision-content.js';
import type { RecordedRevision, RevisionDraft, RevisionRepository } from '../revisions/revision-repository.js';
import type { Settings } from '../schema/schema.js';
import type { Change, LastError, ReloadResult } from '../types.js';
import type { ConfigReader } from './config-reader.js';
import {
  changesBetween,
  firstSnapshot,
  ineffectiveEdits,
  nextConfig,
  type ActiveConfig,
  type ReloadAttempt,
} from './config-snapshot.js';
import { settingPlaces } from './load.js';
import type { ReloadReport } from './reload-report.js';
import { commitAll, prepareAll, undoAll, type Subscriber } from './subscribers.js';

/** How long a rollback waits for the database, in milliseconds. It waits longer than a reload because it cannot do without. */
const rollbackTimeoutMs = 2_000;

/** Options for `ConfigStore`. */
export interface ConfigStoreOptions {
  readonly reader: ConfigReader;
  readonly clock: Clock;
  readonly repository: RevisionRepository;
  readonly report: ReloadReport;
  readonly subscribers: ReadonlySet<Subscriber>;
  /** How long a subscriber may prepare, in milliseconds. */
  readonly prepareDeadlineMs: number;
}

type Outcome =
  | { readonly outcome: 'applied'; readonly changes: readonly Change[]; readonly recorded: RecordedRevision | null }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'refused'; readonly issues: readonly ConfigIssue[] };

/** Holds the active configuration and replaces it. Its methods must be called one at a time. */
export class ConfigStore {
  #active: ActiveConfig;
  #lastError: LastError | null = null;
  #numbering: Promise<void> | null = null;
  /** Rollbacks that have ended here, in case they could not be deleted from the database. */
  readonly #endedRollbacks = new Set<string>();
  readonly #revisions = new WeakMap<Settings, number | null>();
  /** The last revision that was reported: different content always gets a higher number. */
  #lastReported: { readonly revision: number; readonly hash: string } | null = null;

  /** @throws {ConfigError} with every error of the files */
  constructor(
    private readonly options: ConfigStoreOptions,
    disk: DiskState,
  ) {
    const { outcome, filesHash } = options.reader.read({ disk });
    if (!outcome.ok) throw new ConfigError(outcome.issues);
    const snapshot = firstSnapshot(outcome.loaded);
    this.#active = {
      ...{ snapshot, disk, filesHash, rollback: null, revision: null, snapshotNumber: 1 },
      ...{ loadedAt: options.clock.now(), trigger: 'start', requester: null },
    };
  }

  /** The active configuration. */
  get active(): ActiveConfig {
    return this.#active;
  }

  /** Resolves when the number of a change that has just been applied is known, or cannot be; null if no change is waiting. */
  get numbering(): Promise<void> | null {
    return this.#numbering;
  }

  /** Why the files on disk are not active; null if they are. */
  get lastError(): LastError | null {
    return this.#lastError;
  }

  /** The revision of active or earlier settings; null until the database has assigned a number. */
  revisionOf(settings: Settings): number | null {
    const { snapshot, revision } = this.#active;
    return settings === snapshot.settings ? revision : (this.#revisions.get(settings) ?? null);
  }

  /** The lowest number that this instance accepts for content, given the numbers that it has reported. */
  minRevision(hash: string): number {
    if (this.#lastReported === null) return 1;
    return this.#lastReported.revision + (hash === this.#lastReported.hash ? 0 : 1);
  }

  /** Whether a rollback has ended here. */
  hasEnded(rollbackId: string): boolean {
    return this.#endedRollbacks.has(rollbackId);
  }

  /** Deletes a rollback that has ended because the files have changed. */
  async endRollback({ id, revision }: StoredRollback): Promise<void> {
    if (!this.#endedRollbacks.has(id)) this.options.report.rollbackEnded(revision);
    this.#endedRollbacks.add(id);
    await this.options.repository.deleteRollback(id);
  }

  /** Sets the number of the active configuration, and logs it. */
  setRevision(revision: number): void {
    this.#number(revision);
    this.options.report.numbered(this.#active);
  }

  /**
   * Records the active configuration in the database, and logs its number.
   * @throws an error of the database, or DatabaseTimeoutError
   */
  async record(timeoutMs?: number): Promise<void> {
    await this.#recordActive(timeoutMs);
    this.options.report.numbered(this.#active);
  }

  /**
   * Validates, prepares subscribers, swaps, and records the revision. If anything fails, nothing has changed.
   * @throws an error of the database if a new rollback cannot be stored
   */
  async reload(attempt: ReloadAttempt): Promise<{ readonly result: ReloadResult; waitForAcks(): Promise<void> }> {
    const { clock, report } = this.options;
    const startedMs = clock.monotonicMs();
    const before = this.#active;
    const applied = await this.#apply(attempt);
    if (applied.outcome === 'applied' && applied.recorded === null) {
      this.#numbering = this.#tryRecord();
      await this.#numbering;
      this.#numbering = null;
    }
    const ended = { trigger: attempt.trigger, durationMs: clock.monotonicMs() - startedMs, at: clock.now() };
    await this.#report(attempt, applied, ended);
    const { revision, snapshot, rollback } = this.#active;
    const noEffect = applied.outcome === 'refused' ? [] : ineffectiveEdits(before.snapshot.loaded, snapshot.loaded);
    const isRequested = attempt.requester !== null || attempt.trigger === 'signal';
    report.ignored(noEffect, { outcome: applied.outcome, isRequested });
    if (rollback !== null && rollback.id !== before.rollback?.id) report.rolledBack(this.#active);
    if (before.rollback !== null && rollback === null) await this.endRollback(before.rollback);
    const result = {
      ...{ outcome: applied.outcome, revision, noEffect, pendingRestart: snapshot.pendingRestart },
      // Includes the keys that wait for a restart.
      changed: applied.outcome === 'applied' ? applied.changes.map(({ key }) => key) : [],
      errors: applied.outcome === 'refused' ? applied.issues : [],
    };
    return {
      result,
      waitForAcks: async () => {
        if (applied.outcome === 'applied') await applied.recorded?.waitForAcks();
      },
    };
  }

  async #apply(attempt: ReloadAttempt): Promise<Outcome> {
    const { reader, subscribers, prepareDeadlineMs, clock, repository, report } = this.options;
    const before = this.#active;
    const next = attempt.issues ? { issues: attempt.issues } : nextConfig(before, reader, attempt);
    if ('issues' in next) return { outcome: 'refused', issues: next.issues };
    const { loaded, settings } = next.snapshot;
    if (loaded.hash === before.snapshot.loaded.hash) {
      const { values, settings: same } = before.snapshot;
      const snapshot = { ...next.snapshot, values, settings: same };
      // Readers keep their object; operators see which layer sets a value now.
      if (!attempt.newRollback) this.#replace({ ...before, ...next, snapshot });
      return { outcome: 'unchanged' };
    }
    const onError = report.undoFailed.bind(report);
    const prepared = await prepareAll([...subscribers], settings, before.snapshot.settings, {
      ...{ deadlineMs: prepareDeadlineMs, onError, placeOf: settingPlaces(loaded.sources, loaded.positions) },
    });
    if (!prepared.ok) return { outcome: 'refused', issues: prepared.issues };
    const { trigger, requester, newRollback } = attempt;
    const about = { trigger, requester, loadedAt: clock.now(), snapshotNumber: before.snapshotNumber + 1 };
    const active = { ...next, ...about, revision: null };
    let recorded: RecordedRevision | null = null;
    if (newRollback) {
      try {
        recorded = await repository.record({ ...this.#draft(active), rollback: newRollback }, rollbackTimeoutMs);
      } catch (error) {
        await undoAll(prepared.changes, onError);
        throw error;
      }
    }
    // From here to the end of commitAll, nothing is awaited: no reader runs in between.
    this.#replace(active);
    if (recorded) this.#number(recorded.revision);
    const issue = commitAll(prepared.changes);
    const changes = changesBetween(before.snapshot.loaded.values, loaded.values);
    if (issue === null) return { outcome: 'applied', changes, recorded };
    this.#replace(recorded ? { ...before, revision: null } : before);
    await undoAll(prepared.changes, onError);
    if (newRollback) await repository.deleteRollback(newRollback.stored.id);
    return { outcome: 'refused', issues: [issue] };
  }

  /** Records the active configuration without failing: what is not recorded now is recorded by the next synchronization. */
  async #tryRecord(): Promise<void> {
    const { repository } = this.options;
    if (!repository.hasStore) return;
    try {
      await this.#recordActive();
    } catch (error) {
      repository.reportFailure(error);
    }
  }

  async #recordActive(timeoutMs?: number): Promise<void> {
    this.#number((await this.options.repository.record(this.#draft(this.#active), timeoutMs)).revision);
  }

  #draft({ snapshot, trigger, requester, loadedAt }: Omit<ActiveConfig, 'revision'>): RevisionDraft {
    const { loaded, pendingRestart } = snapshot;
    const about = { trigger, requester, activeSince: loadedAt, minRevision: this.minRevision(loaded.hash) };
    const overridden = loaded.pinned.filter(({ key }) => !loaded.mounted.includes(key));
    return { ...about, hash: loaded.hash, content: contentOf(loaded), pendingRestart, overridden };
  }

  /** Updates the log, the metrics and, for a rejected configuration, the audit log. */
  async #report(
    { trigger, requester, disk }: ReloadAttempt,
    applied: Outcome,
    ended: Parameters<ReloadReport['applied']>[2],
  ): Promise<void> {
    const { report, repository } = this.options;
    const wasRefused = this.#lastError !== null;
    if (trigger !== 'rollback') {
      this.#lastError = applied.outcome === 'refused' ? { at: ended.at, errors: applied.issues } : null;
    }
    if (applied.outcome === 'unchanged') report.unchanged(this.#active, { ...ended, wasRefused });
    if (applied.outcome === 'applied') report.applied(this.#active, applied.changes, ended);
    if (applied.outcome !== 'refused') return;
    const { revision } = this.#active;
    const isLogged = report.refused(revision, applied.issues, disk.digest, ended);
    if (isLogged) await repository.recordRejection({ revision, trigger, requester, issues: applied.issues });
  }

  #number(revision: number): void {
    const snapshotNumber = Math.max(revision, this.#active.snapshotNumber);
    this.#replace({ ...this.#active, revision, snapshotNumber });
  }

  #replace(active: ActiveConfig): void {
    const { revision, snapshot } = active;
    this.#active = active;
    this.#revisions.set(snapshot.settings, revision);
    if (revision !== null) this.#lastReported = { revision, hash: snapshot.loaded.hash };
  }
}
