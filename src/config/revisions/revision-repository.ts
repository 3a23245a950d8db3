import type { Logger } from '../../observability/logger.js';
import type { Pinned } from '../files/environment.js';
import type { ConfigIssue } from '../issue.js';
import type { OverrideState } from '../override-state.js';
import type { Requester, RevisionTrigger } from '../types.js';
import type { RevisionContent } from './revision-content.js';

/** The newest revision and the overrides in the database. */
export interface StoredState {
  readonly newest: { readonly revision: number; readonly hash: string } | null;
  readonly overrides: OverrideState;
  /** The time of the database. */
  readonly now: Date;
}

/** Content to be recorded as a revision. */
export interface RevisionDraft {
  readonly hash: string;
  readonly trigger: RevisionTrigger;
  readonly requester: Requester | null;
  readonly activeSince: Date;
  /** The lowest number that this instance can accept, because it has already reported the numbers below. */
  readonly minRevision: number;
  readonly content: RevisionContent;
  /** Changed keys that do not take effect until this instance is restarted. */
  readonly pendingRestart: readonly string[];
  /** Keys whose values in the files have no effect on this instance because an environment variable sets them. */
  readonly overridden: readonly Pinned[];
  /**
   * The version of the overrides that led to this content: if another instance has changed them since, the content is out of date and
   * not recorded. Null if the files did; their change is recorded in any case.
   */
  readonly overridesVersion: number | null;
}

/** A revision that is stored in the database. */
export interface RecordedRevision {
  readonly revision: number;
  /** Resolves when every instance has read it. */
  waitForAcks(): Promise<void>;
}

/** An audit event about a change of overrides. */
export interface OverrideEvent {
  readonly action:
    'config.rolled_back' | 'config.confirmed' | 'config.reverted' | 'config.scheduled' | 'config.schedule_cancelled';
  readonly details: Readonly<Record<string, unknown>>;
}

/** When a change of overrides is stored: the time of the database and the number of its revision. */
export interface StoredAt {
  readonly now: Date;
  readonly revision: number;
}

/** A change of overrides. */
export interface OverrideWrite {
  /** The version of the state that the change is based on. */
  readonly version: number;
  /** The state after the change; called within the transaction. If it throws, nothing changes. */
  readonly next: (at: StoredAt) => OverrideState;
  /** The content, which becomes a new revision also if it is equal to the newest one; null if the values do not change. */
  readonly draft: RevisionDraft | null;
  readonly reason: string | null;
  /** The revision to which a rollback returns. */
  readonly rollbackTo?: number;
  /** The revision that must still be the newest, if there is one. */
  readonly expectedNewest?: number | undefined;
  readonly requester: Requester | null;
  readonly events: (at: StoredAt) => readonly OverrideEvent[];
}

/** A stored change of overrides. */
export interface StoredChange {
  /** The number of the new revision, or of the newest one. */
  readonly revision: number;
  readonly overrides: OverrideState;
  /** The time of the database. */
  readonly now: Date;
  /** Resolves when every instance has applied it. */
  waitForAcks(): Promise<void>;
}

/** A rejected configuration, for the audit log. */
export interface Rejection {
  readonly revision: number | null;
  readonly trigger: RevisionTrigger;
  readonly requester: Requester | null;
  readonly issues: readonly ConfigIssue[];
}

/** Stores revisions. The database numbers them, so all of its instances share one sequence. */
export interface RevisionStore {
  readState(): Promise<StoredState>;
  /** The content of an earlier revision; null if it does not exist. */
  contentOf(revision: number): Promise<RevisionContent | null>;
  /**
   * Records content under the number of the newest revision if that has the same content, otherwise under the next one.
   * @throws {OverridesChangedError} when the content is out of date
   */
  record(draft: RevisionDraft): Promise<RecordedRevision>;
  /**
   * Stores a change of overrides.
   * @throws {OverridesChangedError} when the stored state has another version
   * @throws {StaleRevisionError} when the newest revision is not the expected one
   */
  writeOverrides(write: OverrideWrite): Promise<StoredChange>;
  /** Adds an event to the audit log. */
  recordRejection(rejection: Rejection): Promise<void>;
  /** Whether an account is active and has the permission to change the configuration. */
  mayChangeConfig(accountId: string, now: Date): Promise<boolean>;
}

/** The request was made for a configuration that is no longer the active one. */
export class StaleRevisionError extends Error {
  override readonly name = 'StaleRevisionError';
}

/** The overrides in the database have changed since they were read. */
export class OverridesChangedError extends Error {
  override readonly name = 'OverridesChangedError';
}

/** The database did not respond within the time limit. */
export class DatabaseTimeoutError extends Error {
  override readonly name = 'DatabaseTimeoutError';
}

const withTimeout = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new DatabaseTimeoutError(`the database did not respond within ${String(ms)} ms`));
      work.catch(() => undefined);
    }, ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * How long reading and storing overrides may take, in milliseconds: longer than numbering, because they cannot do without, and longer than
 * the wait for another instance that is storing a change.
 */
export const storeTimeoutMs = 4_000;

/** Accesses the revision store with time limits, and logs once when the database becomes unavailable or available again. */
export class RevisionRepository {
  #store: RevisionStore | null = null;
  #isReachable = true;

  /** @param timeoutMs how long a configuration change waits for the database, in milliseconds */
  constructor(
    private readonly log: Logger,
    private readonly timeoutMs: number,
  ) {}

  /** Whether a store was set. */
  get hasStore(): boolean {
    return this.#store !== null;
  }

  /** Sets the store when the database has been opened. */
  useStore(store: RevisionStore): void {
    this.#store = store;
  }

  /**
   * Reads the newest revision and the overrides.
   * @param timeoutMs null waits as long as the database takes
   * @throws an error of the database, or DatabaseTimeoutError
   */
  async readState(timeoutMs: number | null = this.timeoutMs): Promise<StoredState> {
    const reading = this.#opened().readState();
    const state = await (timeoutMs === null ? reading : withTimeout(timeoutMs, reading));
    this.#reportSuccess();
    return state;
  }

  /** The content of an earlier revision; null if it does not exist. */
  contentOf(revision: number): Promise<RevisionContent | null> {
    return this.#opened().contentOf(revision);
  }

  /**
   * Records a revision. If it takes longer than the time limit, it may still be recorded; the next synchronization finds it.
   * @throws an error of the database, or DatabaseTimeoutError
   */
  async record(draft: RevisionDraft, timeoutMs = this.timeoutMs): Promise<RecordedRevision> {
    const recorded = await withTimeout(timeoutMs, this.#opened().record(draft));
    this.#reportSuccess();
    return recorded;
  }

  /** See `RevisionStore`. @throws an error of the database, or DatabaseTimeoutError */
  mayChangeConfig(accountId: string, now: Date): Promise<boolean> {
    return withTimeout(this.timeoutMs, this.#opened().mayChangeConfig(accountId, now));
  }

  /** Adds a rejection to the audit log. While the database is unavailable, it is only in the service log. */
  async recordRejection(rejection: Rejection): Promise<void> {
    if (this.#isReachable) await this.#attempt((store) => store.recordRejection(rejection));
  }

  /**
   * Stores a change of overrides. If it takes longer than the time limit, it may still be stored; the next synchronization
   * finds it.
   * @throws an error of the database, DatabaseTimeoutError, OverridesChangedError or StaleRevisionError
   */
  async writeOverrides(write: OverrideWrite, timeoutMs = storeTimeoutMs): Promise<StoredChange> {
    const stored = await withTimeout(timeoutMs, this.#opened().writeOverrides(write));
    this.#reportSuccess();
    return stored;
  }

  /** Logs, once per outage, that revisions cannot be recorded. */
  reportFailure(error: unknown): void {
    if (this.#isReachable) {
      this.log.warn(
        { event: 'config.revision_not_recorded', err: error },
        'cannot record the configuration revision; retrying',
      );
    }
    this.#isReachable = false;
  }

  #reportSuccess(): void {
    if (!this.#isReachable) {
      this.log.info({ event: 'config.revisions_recorded_again' }, 'configuration revisions are being recorded again');
    }
    this.#isReachable = true;
  }

  async #attempt(work: (store: RevisionStore) => Promise<void>): Promise<void> {
    if (this.#store === null) return;
    try {
      await withTimeout(this.timeoutMs, work(this.#store));
    } catch (error) {
      this.reportFailure(error);
    }
  }

  #opened(): RevisionStore {
    if (this.#store === null) throw new Error('no database is open for the revisions of the configuration');
    return this.#store;
  }
}
