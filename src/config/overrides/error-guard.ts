import type { PendingChange } from '../override-state.js';

/** How many requests are counted before a share of errors means anything. */
export const leastRequests = 50;

/** Counts the requests of this instance since a change, and reports once that too many of them failed. */
export class ErrorGuard {
  #requests = 0;
  #errors = 0;
  #hasTripped = false;

  /**
   * @param revision the revision of the change
   * @param maxErrorRatio the share of server errors that is tolerated, between 0 and 1
   */
  constructor(
    readonly revision: number,
    private readonly maxErrorRatio: number,
    private readonly onTrip: () => void,
  ) {}

  /** Counts a request that began after the change. */
  record(isError: boolean): void {
    this.#requests += 1;
    if (isError) this.#errors += 1;
    if (this.#hasTripped || this.#requests < leastRequests) return;
    if (this.#errors / this.#requests <= this.maxErrorRatio) return;
    this.#hasTripped = true;
    this.onTrip();
  }
}

/** The guard of the change that is waiting for confirmation. */
export class ErrorGuards {
  #guard: ErrorGuard | null = null;

  /** @param onTrip called once for each change with too many failed requests */
  constructor(private readonly onTrip: (revision: number) => void) {}

  /** The guard of a change; null if it has none. The same change always has the same guard. */
  of(pending: PendingChange | null): ErrorGuard | null {
    if (pending === null) return null;
    const { revision, maxErrorRatio } = pending;
    if (maxErrorRatio === null) return null;
    if (this.#guard?.revision !== revision) {
      this.#guard = new ErrorGuard(revision, maxErrorRatio, () => {
        this.onTrip(revision);
      });
    }
    return this.#guard;
  }
}
