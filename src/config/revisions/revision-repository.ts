import type { Logger } from '../../observability/logger.js';
import type { Rejection, PendingRevision, RevisionDraft, RevisionStore, StoredState } from './revision-store.js';

/** A number for the configuration about to be applied, or none while the database does not answer. */
export interface AssignedRevision extends Omit<PendingRevision, 'revision'> {
  readonly revision: number | null;
}

/** The database has not answered in the time that a change of the configuration may wait for it. */
export class DatabaseTimeoutError extends Error {
  override readonly name = 'DatabaseSilentError';
}

/** What the work comes to, unless it takes longer; a result that comes late is handed to `late`. */
const within = async <T>(ms: number, work: Promise<T>, late: (result: T) => void = () => undefined): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new DatabaseTimeoutError(`the database has not answered within ${String(ms)} ms`));
      work.then(late, () => undefined);
    }, ms);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
};

const nothing = (): Promise<void> => Promise.resolve();

/** Asks the database for the numbers of revisions, and does without it while it does not answer. */
export class RevisionRepository {
  #store: RevisionStore | null = null;
  #isReachable = true;

  /** @param timeoutMs how long a change waits for the database to number it, in milliseconds */
  constructor(
    private readonly log: Logger,
    private readonly timeoutMs: number,
  ) {}

  /** Whether there is a database to ask. */
  get hasStore(): boolean {
    return this.#store !== null;
  }

  /** Gives it the database, once that is open. */
  use(store: RevisionStore): void {
    this.#store = store;
  }

  /** @throws {Error} when no database is open */
  get store(): RevisionStore {
    if (this.#store === null) throw new Error('the revisions of the configuration are in no database');
    return this.#store;
  }

  /**
   * What the database says, within the time that a change may wait for it.
   * @param ms milliseconds
   * @throws a issue of the database, or of its slowness
   */
  async look(ms = this.timeoutMs): Promise<StoredState> {
    const state = await within(ms, this.store.readState());
    this.#reportSuccess();
    return state;
  }

  /**
   * What the database says, however long it takes.
   * @throws a issue of the database
   */
  async read(): Promise<StoredState> {
    const state = await this.store.readState();
    this.#reportSuccess();
    return state;
  }

  /**
   * Claims a number within the time that a change may wait for it.
   * @throws a issue of the database, or of its slowness
   */
  async claim(draft: RevisionDraft, ms = this.timeoutMs): Promise<PendingRevision> {
    const claim = await within(ms, this.store.reserve(draft), (late) => void late.discard());
    this.#reportSuccess();
    return claim;
  }

  /**
   * Claims a number; none when the database does not answer. A number is never guessed: another instance may get it.
   * @param isAsked whether the database is asked at all
   * @param onLost told when the number could not be kept
   */
  async claimIfPossible(draft: RevisionDraft, isAsked: boolean, onLost: () => void): Promise<AssignedRevision> {
    const unnumbered = { revision: null, keep: nothing, discard: nothing, settled: nothing };
    if (this.#store === null || !isAsked) return unnumbered;
    try {
      const claimed = await this.claim(draft);
      return {
        revision: claimed.revision,
        discard: () => claimed.discard(),
        settled: () => claimed.settled(),
        keep: async () => {
          try {
            await claimed.keep();
          } catch (error) {
            this.reportFailure(error);
            onLost();
          }
        },
      };
    } catch (error) {
      this.reportFailure(error);
      return unnumbered;
    }
  }

  /** Tells the audit trail of a refusal; while the database does not answer, the line in the log is what is left. */
  async refused(refusal: Rejection): Promise<void> {
    if (this.#store === null) return;
    try {
      await within(this.timeoutMs, this.#store.recordRejection(refusal));
    } catch (error) {
      this.reportFailure(error);
    }
  }

  /** Removes a rollback that is over; when that fails, whoever sees it next tries again. */
  async drop(rollbackId: string): Promise<void> {
    try {
      await within(this.timeoutMs, this.store.deleteRollback(rollbackId));
    } catch (error) {
      this.reportFailure(error);
    }
  }

  /** Says once that the database does not number revisions, until it does again. */
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
}
