import type { Clock } from '../../clock.js';
import type { DiskState } from '../files/disk-state.js';
import { ConfigError, type ConfigIssue } from '../issue.js';
import { noOverrides, type OverrideState } from '../override-state.js';
import { contentOf } from '../revisions/revision-content.js';
import type { RevisionDraft, RevisionRepository, StoredChange, StoredState } from '../revisions/revision-repository.js';
import type { Settings } from '../schema/schema.js';
import type { LastError, ReloadResult, Requester, RevisionTrigger } from '../types.js';
import type { ConfigReader } from './config-reader.js';
import {
  changesBetween,
  firstSnapshot,
  isReload,
  nextConfig,
  requestOf,
  type ActiveConfig,
  type ReloadAttempt,
} from './config-snapshot.js';
import { dryRun, type DryRunResult } from './dry-run.js';
import { settingPlaces } from './load.js';
import { resultOf, storedPart, type AttemptResult, type Outcome } from './outcome.js';
import type { ReloadReport } from './reload-report.js';
import { ReportedRevisions } from './reported-revisions.js';
import { commitAll, prepareAll, undoAll, type Subscriber } from './subscribers.js';

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

/** Holds the active configuration and replaces it. Its methods must be called one at a time. */
export class ConfigStore {
  #active: ActiveConfig;
  #lastError: LastError | null = null;
  #numbering: Promise<void> | null = null;
  readonly #reported = new ReportedRevisions();

  /** @throws {ConfigError} with every error of the files */
  constructor(
    private readonly options: ConfigStoreOptions,
    disk: DiskState,
  ) {
    const { outcome } = options.reader.read({ disk });
    if (!outcome.ok) throw new ConfigError(outcome.issues);
    const snapshot = firstSnapshot(outcome.loaded);
    this.#active = {
      ...{ snapshot, disk, overrides: noOverrides, leftOut: [], revision: null, snapshotNumber: 1 },
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
    return settings === snapshot.settings ? revision : this.#reported.of(settings);
  }

  /** Validates overrides as `reload` would; nothing changes. */
  dryRun(attempt: Parameters<typeof requestOf>[0]): DryRunResult {
    return dryRun(this.options.reader, this.#active, requestOf(attempt));
  }

  /** Takes over the state of the overrides after a change that concerns no value, such as a confirmation. */
  setOverrides(overrides: OverrideState, revision = this.#active.revision): void {
    const before = this.#active;
    this.#replace({ ...before, overrides, revision });
    this.options.report.overridesChanged(this.#active, before);
  }

  /** The active configuration, to be recorded with another trigger. */
  draft(trigger: RevisionTrigger): RevisionDraft {
    return this.#draft({ ...this.#active, trigger, requester: null });
  }

  /**
   * Adopts the number that another instance has recorded for the same content, or records the content.
   * @param newest the newest revision in the database
   * @throws an error of the database, or DatabaseTimeoutError
   */
  async number(newest: StoredState['newest'], timeoutMs?: number): Promise<void> {
    const { revision } = this.#active;
    if (!this.#adopt(newest) && revision === null) await this.#recordActive(timeoutMs);
    if (this.#active.revision !== revision) this.options.report.numbered(this.#active);
  }

  /**
   * Validates, prepares subscribers, swaps, and records the revision. If anything fails, nothing has changed.
   * @throws an error of the database if new overrides cannot be stored
   */
  async reload(attempt: ReloadAttempt): Promise<AttemptResult> {
    const { clock, report } = this.options;
    const startedMs = clock.monotonicMs();
    const before = this.#active;
    const applied = await this.#apply(attempt);
    if (applied.outcome === 'applied' && attempt.newest !== undefined) this.#adopt(attempt.newest);
    else if (applied.outcome === 'applied' && applied.stored === null) {
      this.#numbering = this.#tryRecord();
      await this.#numbering;
      this.#numbering = null;
    }
    const ended = { trigger: attempt.trigger, durationMs: clock.monotonicMs() - startedMs, at: clock.now() };
    await this.#report(attempt, applied, ended);
    const result = resultOf(this.#active, before, applied);
    const isRequested = attempt.requester !== null || attempt.trigger === 'signal';
    report.ignored(result.noEffect, { outcome: applied.outcome, isRequested });
    report.overridesChanged(this.#active, before);
    return { result, stored: applied.outcome === 'applied' ? applied.stored : null };
  }

  /** Rejects a change whose errors are already known. */
  async refuse(trigger: RevisionTrigger, requester: Requester, issues: readonly ConfigIssue[]): Promise<ReloadResult> {
    const applied = { outcome: 'refused', issues } as const;
    const ended = { trigger, durationMs: 0, at: this.options.clock.now() };
    await this.#report({ trigger, requester, disk: this.#active.disk }, applied, ended);
    return resultOf(this.#active, this.#active, applied);
  }

  async #apply(attempt: ReloadAttempt): Promise<Outcome> {
    const { reader, subscribers, prepareDeadlineMs, clock, report } = this.options;
    const before = this.#active;
    const next = nextConfig(before, reader, requestOf(attempt));
    if ('issues' in next) return { outcome: 'refused', issues: next.issues };
    const { loaded, settings } = next.snapshot;
    const { trigger, requester, overrides } = attempt;
    const about = { trigger, requester, loadedAt: clock.now(), snapshotNumber: before.snapshotNumber + 1 };
    const active = { ...next, ...about, overrides, revision: null };
    if (loaded.hash === before.snapshot.loaded.hash) {
      const { values, settings: same } = before.snapshot;
      // Readers keep their object; operators see which layer sets a value now.
      const snapshot = { ...next.snapshot, values, settings: same };
      const stored = (await attempt.store?.(this.#draft(active))) ?? null;
      if (stored === null) this.#replace({ ...before, ...next, overrides, snapshot });
      else this.#replace({ ...active, snapshot, ...storedPart(stored) });
      return stored === null ? { outcome: 'unchanged' } : { outcome: 'applied', changes: [], stored };
    }
    const onError = report.undoFailed.bind(report);
    const prepared = await prepareAll([...subscribers], settings, before.snapshot.settings, {
      ...{ deadlineMs: prepareDeadlineMs, onError, placeOf: settingPlaces(loaded.sources, loaded.positions) },
    });
    if (!prepared.ok) return { outcome: 'refused', issues: prepared.issues };
    let stored: StoredChange | null = null;
    try {
      stored = (await attempt.store?.(this.#draft(active))) ?? null;
    } catch (error) {
      await undoAll(prepared.changes, onError);
      throw error;
    }
    // From here to the end of commitAll, nothing is awaited: no reader runs in between.
    this.#replace(stored === null ? active : { ...active, ...storedPart(stored) });
    const issue = commitAll(prepared.changes);
    const changes = changesBetween(before.snapshot.loaded.values, loaded.values);
    if (issue === null) return { outcome: 'applied', changes, stored };
    this.#replace(stored === null ? before : { ...before, revision: null });
    await undoAll(prepared.changes, onError);
    if (stored !== null) await this.#takeBack(before, stored);
    return { outcome: 'refused', issues: [issue] };
  }

  /** Restores the overrides in the database after a change that could not be applied here. */
  async #takeBack({ overrides }: ActiveConfig, { overrides: { version } }: StoredChange): Promise<void> {
    const { repository } = this.options;
    const write = { version, next: () => overrides, draft: this.draft('revert'), requester: null, reason: null };
    try {
      const stored = await repository.writeOverrides({ ...write, events: () => [] });
      this.#replace({ ...this.#active, ...storedPart(stored) });
    } catch (error) {
      repository.reportFailure(error);
    }
  }

  /** Takes over the number of a revision if it has the active content. @returns whether it has */
  #adopt(newest: StoredState['newest']): boolean {
    const { hash } = this.#active.snapshot.loaded;
    if (newest?.hash !== hash || newest.revision < this.#reported.minFor(hash)) return false;
    if (newest.revision !== this.#active.revision) this.#replace({ ...this.#active, revision: newest.revision });
    return true;
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
    const { revision } = await this.options.repository.record(this.#draft(this.#active), timeoutMs);
    this.#replace({ ...this.#active, revision });
  }

  #draft({ snapshot, trigger, requester, loadedAt, overrides }: Omit<ActiveConfig, 'revision'>): RevisionDraft {
    const { loaded, pendingRestart } = snapshot;
    const about = { trigger, requester, activeSince: loadedAt, minRevision: this.#reported.minFor(loaded.hash) };
    const overridden = loaded.pinned.filter(({ key }) => !loaded.mounted.includes(key));
    const overridesVersion = isReload(trigger) ? null : overrides.version;
    return { ...about, hash: loaded.hash, content: contentOf(loaded), pendingRestart, overridden, overridesVersion };
  }

  /** Updates the log, the metrics and, for a rejected configuration, the audit log. */
  async #report(
    { trigger, requester, disk }: Pick<ReloadAttempt, 'trigger' | 'requester' | 'disk'>,
    applied: Outcome,
    ended: Parameters<ReloadReport['applied']>[2],
  ): Promise<void> {
    const { report, repository } = this.options;
    const wasRefused = this.#lastError !== null;
    if (isReload(trigger)) {
      this.#lastError = applied.outcome === 'refused' ? { at: ended.at, errors: applied.issues } : null;
    }
    if (applied.outcome === 'unchanged') report.unchanged(this.#active, { ...ended, wasRefused });
    if (applied.outcome === 'applied') report.applied(this.#active, applied.changes, ended);
    if (applied.outcome !== 'refused') return;
    const { revision } = this.#active;
    const isLogged = report.refused(revision, applied.issues, disk.digest, ended);
    if (isLogged) await repository.recordRejection({ revision, trigger, requester, issues: applied.issues });
  }

  #replace(active: ActiveConfig): void {
    const { revision, snapshot } = active;
    this.#active = { ...active, snapshotNumber: Math.max(revision ?? 0, active.snapshotNumber) };
    this.#reported.add(snapshot, revision);
  }
}
