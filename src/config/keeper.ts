import type { Clock } from '../clock.js';
import { brokenOff, draftOf, type Attempt, type Ending } from './attempt.js';
import { ConfigError } from './fault.js';
import { firstGeneration } from './generation.js';
import type { InForce } from './in-force.js';
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
  /** Told each number that has come into force. */
  readonly onRevision: (revision: number) => void;
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
  readonly #numbers = new WeakMap<Settings, number>();

  /** @throws {ConfigError} with every fault of the files, when there is one */
  constructor(
    private readonly options: KeeperOptions,
    snapshot: DiskSnapshot,
  ) {
    const { outcome, filesHash } = options.reader.read({ snapshot });
    if (!outcome.ok) throw new ConfigError(outcome.faults);
    this.#inForce = {
      ...{ generation: firstGeneration(outcome.loaded), snapshot, filesHash, rollback: null },
      ...{ revision: 1, isProvisional: true, loadedAt: options.clock.now(), trigger: 'start', requester: null },
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

  /** The number under which settings came into force. */
  revisionOf(settings: Settings): number {
    const { generation, revision } = this.#inForce;
    return settings === generation.settings ? revision : (this.#numbers.get(settings) ?? revision);
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
    this.#replace({ ...this.#inForce, revision: Math.max(revision, this.#inForce.revision), isProvisional: false });
    this.options.report.numbered(this.#inForce);
    this.options.onRevision(this.#inForce.revision);
  }

  /**
   * Tells the database of what is in force under a provisional number, and takes the number that comes back.
   * @throws a fault of the database
   */
  async register(patienceMs?: number): Promise<void> {
    const { generation, revision, trigger, requester, loadedAt } = this.#inForce;
    const draft = draftOf({ trigger, requester, at: loadedAt, atLeast: revision }, generation.loaded);
    const claimed = await this.options.registrar.claim(draft, patienceMs);
    await claimed.keep();
    this.renumber(claimed.revision);
  }

  /**
   * Reads, judges, prepares, numbers, swaps, and tells; a refusal at any point leaves all as it was.
   * @throws when a rollback could not be kept in the database; all is as it was
   */
  async attempt(attempt: Attempt): Promise<Ending> {
    const { clock, onRevision } = this.options;
    const startedMs = clock.monotonicMs();
    const before = this.#inForce;
    const found: Found = {};
    const { faults = [] } = attempt;
    const verdict: Verdict =
      faults.length > 0 ? { outcome: 'refused', faults } : await this.#transact(attempt, before, found);
    const ended = { trigger: attempt.trigger, durationMs: clock.monotonicMs() - startedMs, at: clock.now() };
    await this.#tell(attempt, verdict, ended);
    const { rollback } = this.#inForce;
    if (rollback !== null && rollback.id !== before.rollback?.id) this.options.report.rolledBack(this.#inForce);
    if (before.rollback !== null && rollback === null) await this.end(before.rollback);
    if (verdict.outcome === 'applied') onRevision(this.#inForce.revision);
    const { revision, generation } = this.#inForce;
    const result = {
      outcome: verdict.outcome,
      revision,
      changed: verdict.outcome === 'applied' ? verdict.changes.map(({ key }) => key) : [],
      pendingRestart: generation.pendingRestart,
      errors: verdict.outcome === 'refused' ? verdict.faults : [],
    };
    return { result, settled: async () => found.claimed?.settled() };
  }

  async #transact(attempt: Attempt, before: InForce, found: Found): Promise<Verdict> {
    const { clock, reader, report, subscribers, prepareDeadlineMs } = this.options;
    const inForce = before.generation.loaded.files;
    try {
      return await transact({
        snapshot: attempt.snapshot,
        previous: before.generation,
        load: (snapshot) => {
          found.reading = reader.read({ snapshot, inForce, rollback: attempt.rollback });
          return found.reading.outcome;
        },
        claim: (next) => {
          const about = { ...attempt, at: clock.now(), atLeast: before.revision + 1 };
          return this.#claim(attempt, draftOf(about, next.loaded));
        },
        swap: (generation, claimed) => {
          const { filesHash = '', rollback = null } = found.reading ?? {};
          const read = { generation, snapshot: attempt.snapshot, filesHash, rollback };
          if (claimed !== null) {
            found.claimed = claimed;
            const { revision, isProvisional } = claimed;
            const { trigger, requester } = attempt;
            this.#replace({ ...read, revision, isProvisional, trigger, requester, loadedAt: clock.now() });
          } else if (attempt.put === undefined) this.#replace({ ...this.#inForce, ...read });
        },
        restore: (isSeen) => {
          // A number that was seen is spent: what was in force before comes back under a later one.
          const revision = this.#inForce.revision + 1;
          this.#replace(isSeen ? { ...before, revision, isProvisional: true } : before);
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
    return registrar.claimOrGuess(draft, isNumbered, () => {
      this.#replace({ ...this.#inForce, isProvisional: true });
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
    this.#inForce = inForce;
    this.#numbers.set(inForce.generation.settings, inForce.revision);
  }
}
