import { describeIssue } from '../issue.js';
import type { ConfigStatus } from '../types.js';

/** Those who wait until a revision is in force. */
export class SnapshotWaiters {
  readonly #waiting = new Set<{ readonly revision: number; readonly settle: (error?: Error) => void }>();

  /**
   * Resolves when `reached` is told the revision or a later one.
   * @param explain the sentence of the error after the time
   */
  wait(revision: number, timeoutMs: number, explain: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = {
        revision,
        settle: (error?: Error): void => {
          clearTimeout(timer);
          this.#waiting.delete(waiter);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      const timer = setTimeout(() => waiter.settle(new Error(explain())), timeoutMs);
      this.#waiting.add(waiter);
    });
  }

  /** A revision has come into force. */
  reached(revision: number): void {
    for (const waiter of [...this.#waiting]) if (waiter.revision <= revision) waiter.settle();
  }

  /** Nobody will be told any more. */
  abandon(error: Error): void {
    for (const waiter of [...this.#waiting]) waiter.settle(error);
  }
}

/** What is said to somebody who waited for a revision that did not become active in time. */
export const timeoutMessage = (
  revision: number,
  timeoutMs: number,
  { lastError, snapshotNumber }: ConfigStatus,
): string => {
  const reason = lastError?.errors.map(describeIssue).join('; ') ?? 'no change was noticed';
  return `revision ${revision} was not in force after ${timeoutMs} ms, but ${snapshotNumber}: ${reason}`;
};
