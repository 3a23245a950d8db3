import type { Clock } from '../../clock.js';
import { issuesOfFailure, draftOf, type ReloadAttempt, type AttemptResult } from './reload-attempt.js';
import { ConfigError } from '../issue.js';
import { firstSnapshot } from './config-snapshot.js';
import type { ActiveConfig } from './active-config.js';
import { ineffectiveEdits } from './ineffective-edits.js';
import type { ConfigReader, Reading } from './config-reader.js';
import type { AssignedRevision, RevisionRepository } from '../revisions/revision-repository.js';
import type { ReloadReport } from './reload-report.js';
import type { RevisionDraft, StoredRollback } from '../revisions/revision-store.js';
import type { Settings } from '../schema/settings.js';
import type { DiskState } from '../files/disk-state.js';
import type { Subscriber } from './subscribers.js';
import { transact, type TransactionResult } from './reload-transaction.js';
import type { LastError } from '../types.js';

/** How long a rollback waits for its number, in milliseconds: it is none without the database, so it is more patient. */
const rollbackTimeoutMs = 2_000;

/** What a keeper is made from. */
export interface ConfigStoreOptions {
  readonly reader: ConfigReader;
  readonly clock: Clock;
  readonly registrar: RevisionRepository;
  readonly report: ReloadReport;
  readonly subscribers: ReadonlySet<Subscriber>;
  /** How long a subscriber may prepare, in milliseconds. */
  readonly prepareDeadlineMs: number;
  /** Told the snapshot number of each change. */
  readonly onSnapshot: (snapshotNumber: number) => void;
}

/** What an attempt came by on its way. */
interface Found {
  reading?: Reading;
  claimed?: AssignedRevision;
}

/**
 * Keeps what is in force, and replaces it as a whole: the settings, their number, and the rollback that lies over the
 * files. Its methods must be called one at a time.
 */
export class ConfigStore {
  #active: ActiveConfig;
  #lastError: LastError | null = null;
  /** Rollbacks that were seen to be over here, in case the database has not been told. */
  readonly #over = new Set<string>();
  readonly #numbers = new WeakMap<Settings, number | null>();
  /** The last number that was reported, and its content: later content always gets a higher number. */
  #lastNumbered: { readonly revision: number; readonly hash: string } | null = null;

  /** @throws {ConfigError} with every issue of the files, when there is one */
  constructor(
    private readonly options: ConfigStoreOptions,
    disk: DiskState,
  ) {
    const { outcome, filesHash } = options.reader.read({ disk });
    if (!outcome.ok) throw new ConfigError(outcome.issues);
    this.#active = {
      ...{ snapshot: firstSnapshot(outcome.loaded), disk, filesHash, rollback: null },
      ...{ revision: null, snapshotNumber: 1, loadedAt: options.clock.now(), trigger: 'start', requester: null },
    };
  }

  /** What is in force now. */
  get active(): ActiveConfig {
    return this.#active;
  }

  /** Faults that keep the files on disk from being in force. */
  get lastError(): LastError | null {
    return this.#lastError;
  }

  /** The revision of a configuration; null until the database has numbered it. */
  revisionOf(settings: Settings): number | null {
    const { snapshot, revision } = this.#active;
    const known = settings === snapshot.settings ? undefined : this.#numbers.get(settings);
    return known === undefined ? revision : known;
  }

  /** The lowest number that new content may get after those reported by this instance. */
  lowestRevision(hash: string): number {
    if (this.#lastNumbered === null) return 1;
    const { revision, hash: last } = this.#lastNumbered;
    return hash === last ? revision : revision + 1;
  }

  /** Whether a rollback is known to be over. */
  isOver(rollbackId: string): boolean {
    return this.#over.has(rollbackId);
  }

  /** Takes note, and tells the database, that a rollback is over since the files have changed. */
  async end({ id, revision }: StoredRollback): Promise<void> {
    if (!this.#over.has(id)) this.options.report.rollbackEnded(revision);
    this.#over.add(id);
    await this.options.registrar.drop(id);
  }

  /** Moves the number of what is in force forward: another instance, or the database, counts further. */
  renumber(revision: number): void {
    const { snapshotNumber } = this.#active;
    this.#replace({ ...this.#active, revision, snapshotNumber: Math.max(revision, snapshotNumber) });
    this.options.report.numbered(this.#active);
    this.options.onSnapshot(this.#active.snapshotNumber);
  }

  /**
   * Has the database number the active configuration.
   * @throws a issue of the database
   */
  async register(timeoutMs?: number): Promise<void> {
    const { snapshot, trigger, requester, loadedAt } = this.#active;
    const minRevision = this.lowestRevision(snapshot.loaded.hash);
    const draft = draftOf({ trigger, requester, activeSince: loadedAt, minRevision }, snapshot.loaded);
    const claimed = await this.options.registrar.claim(draft, timeoutMs);
    await claimed.keep();
    this.renumber(claimed.revision);
  }

  /**
   * Reads, validates, prepares, numbers, swaps, and tells; a refusal at any point leaves all as it was.
   * @throws when a rollback could not be kept in the database; all is as it was
   */
  async attempt(attempt: ReloadAttempt): Promise<AttemptResult> {
    const { clock, onSnapshot } = this.options;
    const startedMs = clock.monotonicMs();
    const before = this.#active;
    const found: Found = {};
    const { issues = [] } = attempt;
    const transaction: TransactionResult =
      issues.length > 0 ? { outcome: 'refused', issues } : await this.#transact(attempt, before, found);
    const ended = { trigger: attempt.trigger, durationMs: clock.monotonicMs() - startedMs, at: clock.now() };
    await this.#tell(attempt, transaction, ended);
    const noEffect =
      transaction.outcome === 'refused' ? [] : ineffectiveEdits(before.snapshot.loaded, this.#active.snapshot.loaded);
    const isRequested = attempt.requester !== null || attempt.trigger === 'signal';
    this.options.report.ignored(noEffect, { outcome: transaction.outcome, isRequested });
    const { rollback } = this.#active;
    if (rollback !== null && rollback.id !== before.rollback?.id) this.options.report.rolledBack(this.#active);
    if (before.rollback !== null && rollback === null) await this.end(before.rollback);
    if (transaction.outcome === 'applied') onSnapshot(this.#active.snapshotNumber);
    const { revision, snapshot } = this.#active;
    const result = {
      outcome: transaction.outcome,
      revision,
      changed: transaction.outcome === 'applied' ? transaction.changes.map(({ key }) => key) : [],
      pendingRestart: snapshot.pendingRestart,
      noEffect,
      errors: transaction.outcome === 'refused' ? transaction.issues : [],
    };
    return { result, settled: async () => found.claimed?.settled() };
  }

  async #transact(attempt: ReloadAttempt, before: ActiveConfig, found: Found): Promise<TransactionResult> {
    const { clock, reader, report, subscribers, prepareDeadlineMs } = this.options;
    const active = before.snapshot.loaded.files;
    const lastNumbered = this.#lastNumbered;
    try {
      return await transact({
        disk: attempt.disk,
        previous: before.snapshot,
        load: (disk) => {
          found.reading = reader.read({ disk, active, rollback: attempt.rollback });
          return found.reading.outcome;
        },
        claim: (next) => {
          const about = { ...attempt, activeSince: clock.now(), minRevision: this.lowestRevision(next.loaded.hash) };
          return this.#claim(attempt, draftOf(about, next.loaded));
        },
        swap: (snapshot, claimed) => {
          const { filesHash = '', rollback = null } = found.reading ?? {};
          const read = { snapshot, disk: attempt.disk, filesHash, rollback };
          if (claimed !== null) {
            found.claimed = claimed;
            const { revision } = claimed;
            const { trigger, requester } = attempt;
            const snapshotNumber = Math.max(revision ?? 0, before.snapshotNumber + 1);
            this.#replace({ ...read, revision, snapshotNumber, trigger, requester, loadedAt: clock.now() });
          } else if (attempt.startsRollback === undefined) this.#replace({ ...this.#active, ...read });
        },
        restore: (isSeen) => {
          // A number that was seen is spent: what was in force before comes back under a later one.
          const snapshotNumber = this.#active.snapshotNumber + 1;
          if (!isSeen) this.#lastNumbered = lastNumbered;
          this.#replace(isSeen ? { ...before, revision: null, snapshotNumber } : before);
        },
        subscribers: [...subscribers],
        prepareDeadlineMs,
        onUndoError: (error) => {
          report.undoFailed(error);
        },
      });
    } catch (error) {
      if (attempt.startsRollback !== undefined) throw error;
      // Only a secret that cannot be made or read gets here; anything else is a issue of ours, and no reason to stop.
      return { outcome: 'refused', issues: issuesOfFailure(error) };
    }
  }

  #claim(
    { isNumbered, startsRollback, expectedNewest }: ReloadAttempt,
    draft: RevisionDraft,
  ): Promise<AssignedRevision> {
    const { registrar } = this.options;
    if (startsRollback !== undefined)
      return registrar.claim({ ...draft, startsRollback, expectedNewest }, rollbackTimeoutMs);
    return registrar.claimIfPossible(draft, isNumbered, () => {
      this.#replace({ ...this.#active, revision: null });
    });
  }

  /** Says in the log, the metrics and, for what was refused, in the audit trail what has come of an attempt. */
  async #tell(
    { trigger, requester, disk, isNumbered }: ReloadAttempt,
    result: TransactionResult,
    ended: Parameters<ReloadReport['applied']>[2],
  ): Promise<void> {
    const { report, registrar } = this.options;
    const wasRefused = this.#lastError !== null;
    if (trigger !== 'rollback') {
      this.#lastError = result.outcome === 'refused' ? { at: ended.at, errors: result.issues } : null;
    }
    if (result.outcome === 'unchanged') report.unchanged(this.#active, { ...ended, wasRefused });
    if (result.outcome === 'applied') report.applied(this.#active, result.changes, ended);
    if (result.outcome !== 'refused') return;
    const { revision } = this.#active;
    const isAloud = report.refused(revision, result.issues, disk.digest, ended);
    if (isAloud && isNumbered) await registrar.refused({ revision, trigger, requester, issues: result.issues });
  }

  #replace(active: ActiveConfig): void {
    const { revision, snapshot } = active;
    this.#active = active;
    this.#numbers.set(snapshot.settings, revision);
    if (revision !== null) this.#lastNumbered = { revision, hash: snapshot.loaded.hash };
  }
}
