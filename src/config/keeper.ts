import type { Clock } from '../clock.js';
import { brokenOff, draftOf, type Attempt, type Ending } from './attempt.js';
import { ConfigError } from './fault.js';
import { firstGeneration } from './generation.js';
import type { InForce } from './in-force.js';
import { ignoredEdits } from './ignored-edits.js';
import type { ConfigReader, Reading } from './reader.js';
import type { Claimed, Registrar } from './registrar.js';
import type { ReloadReport } from './reload-report.js';
import type { RevisionDraft, StoredRollback } from './revision-store.js';
import type { Settings } from './settings.js';
import type { DiskSnapshot } from './snapshot.js';
import type { Subscriber } from './subscribers.js';
import { transact, type Verdict } from './transaction.js';
import type { LastError } from './types.js';

/** How long a rollback waits for its number, in milliseconds: it is none without the database, so it is more patient. */
const rollbackPatienceMs = 2_000;

/** What a keeper is made from. */
export interface KeeperOptions {
  readonly reader: ConfigReader;
  readonly clock: Clock;
  readonly registrar: Registrar;
  readonly report: ReloadReport;
  readonly subscribers: ReadonlySet<Subscriber>;
  /** How long a subscriber may prepare, in milliseconds. */
  readonly prepareDeadlineMs: number;
  /** Told the generation number of each change. */
  readonly onGeneration: (generationNumber: number) => void;
}

/** What an attempt came by on its way. */
interface Found {
  reading?: Reading;
  claimed?: Claimed;
}

/**
 * Keeps what is in force, and replaces it as a whole: the settings, their number, and the rollback that lies over the
 * files. Its methods must be called one at a time.
 */
export class Keeper {
  #inForce: InForce;
  #lastError: LastError | null = null;
  /** Rollbacks that were seen to be over here, in case the database has not been told. */
  readonly #over = new Set<string>();
  readonly #numbers = new WeakMap<Settings, number | null>();
  /** The last number that was reported, and its content: later content always gets a higher number. */
  #lastNumbered: { readonly revision: number; readonly hash: string } | null = null;

  /** @throws {ConfigError} with every fault of the files, when there is one */
  constructor(
    private readonly options: KeeperOptions,
    snapshot: DiskSnapshot,
  ) {
    const { outcome, filesHash } = options.reader.read({ snapshot });
    if (!outcome.ok) throw new ConfigError(outcome.faults);
    this.#inForce = {
      ...{ generation: firstGeneration(outcome.loaded), snapshot, filesHash, rollback: null },
      ...{ revision: null, generationNumber: 1, loadedAt: options.clock.now(), trigger: 'start', requester: null },
    };
  }

  /** What is in force now. */
  get inForce(): InForce {
    return this.#inForce;
  }

  /** Faults that keep the files on disk from being in force. */
  get lastError(): LastError | null {
    return this.#lastError;
  }

  /** The revision of a configuration; null until the database has numbered it. */
  revisionOf(settings: Settings): number | null {
    const { generation, revision } = this.#inForce;
    const known = settings === generation.settings ? undefined : this.#numbers.get(settings);
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
    const { generationNumber } = this.#inForce;
    this.#replace({ ...this.#inForce, revision, generationNumber: Math.max(revision, generationNumber) });
    this.options.report.numbered(this.#inForce);
    this.options.onGeneration(this.#inForce.generationNumber);
  }

  /**
   * Has the database number the active configuration.
   * @throws a fault of the database
   */
  async register(patienceMs?: number): Promise<void> {
    const { generation, trigger, requester, loadedAt } = this.#inForce;
    const atLeast = this.lowestRevision(generation.loaded.hash);
    const draft = draftOf({ trigger, requester, at: loadedAt, atLeast }, generation.loaded);
    const claimed = await this.options.registrar.claim(draft, patienceMs);
    await claimed.keep();
    this.renumber(claimed.revision);
  }

  /**
   * Reads, judges, prepares, numbers, swaps, and tells; a refusal at any point leaves all as it was.
   * @throws when a rollback could not be kept in the database; all is as it was
   */
  async attempt(attempt: Attempt): Promise<Ending> {
    const { clock, onGeneration } = this.options;
    const startedMs = clock.monotonicMs();
    const before = this.#inForce;
    const found: Found = {};
    const { faults = [] } = attempt;
    const verdict: Verdict =
      faults.length > 0 ? { outcome: 'refused', faults } : await this.#transact(attempt, before, found);
    const ended = { trigger: attempt.trigger, durationMs: clock.monotonicMs() - startedMs, at: clock.now() };
    await this.#tell(attempt, verdict, ended);
    const noEffect =
      verdict.outcome === 'refused' ? [] : ignoredEdits(before.generation.loaded, this.#inForce.generation.loaded);
    const isRequested = attempt.requester !== null || attempt.trigger === 'signal';
    this.options.report.ignored(noEffect, { outcome: verdict.outcome, isRequested });
    const { rollback } = this.#inForce;
    if (rollback !== null && rollback.id !== before.rollback?.id) this.options.report.rolledBack(this.#inForce);
    if (before.rollback !== null && rollback === null) await this.end(before.rollback);
    if (verdict.outcome === 'applied') onGeneration(this.#inForce.generationNumber);
    const { revision, generation } = this.#inForce;
    const result = {
      outcome: verdict.outcome,
      revision,
      changed: verdict.outcome === 'applied' ? verdict.changes.map(({ key }) => key) : [],
      pendingRestart: generation.pendingRestart,
      noEffect,
      errors: verdict.outcome === 'refused' ? verdict.faults : [],
    };
    return { result, settled: async () => found.claimed?.settled() };
  }

  async #transact(attempt: Attempt, before: InForce, found: Found): Promise<Verdict> {
    const { clock, reader, report, subscribers, prepareDeadlineMs } = this.options;
    const inForce = before.generation.loaded.files;
    const lastNumbered = this.#lastNumbered;
    try {
      return await transact({
        snapshot: attempt.snapshot,
        previous: before.generation,
        load: (snapshot) => {
          found.reading = reader.read({ snapshot, inForce, rollback: attempt.rollback });
          return found.reading.outcome;
        },
        claim: (next) => {
          const about = { ...attempt, at: clock.now(), atLeast: this.lowestRevision(next.loaded.hash) };
          return this.#claim(attempt, draftOf(about, next.loaded));
        },
        swap: (generation, claimed) => {
          const { filesHash = '', rollback = null } = found.reading ?? {};
          const read = { generation, snapshot: attempt.snapshot, filesHash, rollback };
          if (claimed !== null) {
            found.claimed = claimed;
            const { revision } = claimed;
            const { trigger, requester } = attempt;
            const generationNumber = Math.max(revision ?? 0, before.generationNumber + 1);
            this.#replace({ ...read, revision, generationNumber, trigger, requester, loadedAt: clock.now() });
          } else if (attempt.put === undefined) this.#replace({ ...this.#inForce, ...read });
        },
        restore: (isSeen) => {
          // A number that was seen is spent: what was in force before comes back under a later one.
          const generationNumber = this.#inForce.generationNumber + 1;
          if (!isSeen) this.#lastNumbered = lastNumbered;
          this.#replace(isSeen ? { ...before, revision: null, generationNumber } : before);
        },
        subscribers: [...subscribers],
        prepareDeadlineMs,
        onUndoError: (error) => {
          report.undoFailed(error);
        },
      });
    } catch (error) {
      if (attempt.put !== undefined) throw error;
      // Only a secret that cannot be made or read gets here; anything else is a fault of ours, and no reason to stop.
      return { outcome: 'refused', faults: brokenOff(error) };
    }
  }

  #claim({ isNumbered, put, after }: Attempt, draft: RevisionDraft): Promise<Claimed> {
    const { registrar } = this.options;
    if (put !== undefined) return registrar.claim({ ...draft, put, after }, rollbackPatienceMs);
    return registrar.claimIfPossible(draft, isNumbered, () => {
      this.#replace({ ...this.#inForce, revision: null });
    });
  }

  /** Says in the log, the metrics and, for what was refused, in the audit trail what has come of an attempt. */
  async #tell(
    { trigger, requester, snapshot, isNumbered }: Attempt,
    verdict: Verdict,
    ended: Parameters<ReloadReport['applied']>[2],
  ): Promise<void> {
    const { report, registrar } = this.options;
    const wasRefused = this.#lastError !== null;
    if (trigger !== 'rollback') {
      this.#lastError = verdict.outcome === 'refused' ? { at: ended.at, errors: verdict.faults } : null;
    }
    if (verdict.outcome === 'unchanged') report.unchanged(this.#inForce, { ...ended, wasRefused });
    if (verdict.outcome === 'applied') report.applied(this.#inForce, verdict.changes, ended);
    if (verdict.outcome !== 'refused') return;
    const { revision } = this.#inForce;
    const isAloud = report.refused(revision, verdict.faults, snapshot.digest, ended);
    if (isAloud && isNumbered) await registrar.refused({ revision, trigger, requester, faults: verdict.faults });
  }

  #replace(inForce: InForce): void {
    const { revision, generation } = inForce;
    this.#inForce = inForce;
    this.#numbers.set(generation.settings, revision);
    if (revision !== null) this.#lastNumbered = { revision, hash: generation.loaded.hash };
  }
}
