import { type Envelope, TestStepResultStatus as Status } from '@cucumber/messages';

/** Numbers of scenarios by result. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Pending or skipped; counts as failed. */
  readonly skipped: number;
}

const passing: ReadonlySet<Status> = new Set([Status.PASSED]);
const notFailing: ReadonlySet<Status> = new Set([Status.PASSED, Status.PENDING, Status.SKIPPED]);

/** Counts scenarios from the messages of Cucumber, including those that a dead process did not finish. */
export class ResultCounter {
  readonly #titles = new Map<string, string>();
  readonly #planned = new Map<string, string>();
  readonly #caseOf = new Map<string, string>();
  readonly #statuses = new Map<string, Status[]>();
  readonly #finished = new Set<string>();

  /** Processes one message. */
  record({ pickle, testCase, testCaseStarted, testStepFinished, testCaseFinished }: Envelope): void {
    if (pickle !== undefined) this.#titles.set(pickle.id, `${pickle.uri}: ${pickle.name}`);
    if (testCase !== undefined) this.#planned.set(testCase.id, this.#titles.get(testCase.pickleId) ?? testCase.id);
    if (testCaseStarted !== undefined) this.#caseOf.set(testCaseStarted.id, testCaseStarted.testCaseId);
    if (testStepFinished !== undefined) {
      const id = this.#caseOf.get(testStepFinished.testCaseStartedId) ?? '';
      this.#statuses.set(id, [...(this.#statuses.get(id) ?? []), testStepFinished.testStepResult.status]);
    }
    if (testCaseFinished !== undefined) this.#finished.add(this.#caseOf.get(testCaseFinished.testCaseStartedId) ?? '');
  }

  /** Titles of the scenarios that have not finished. */
  get unfinished(): string[] {
    return [...this.#planned].filter(([id]) => !this.#finished.has(id)).map(([, title]) => title);
  }

  /** The results so far. */
  get counts(): Counts {
    let [passed, failed, skipped] = [0, 0, 0];
    for (const id of this.#planned.keys()) {
      const statuses = this.#statuses.get(id) ?? [];
      if (!this.#finished.has(id)) failed += 1;
      else if (statuses.every((status) => passing.has(status))) passed += 1;
      else if (statuses.every((status) => notFailing.has(status))) skipped += 1;
      else failed += 1;
    }
    return { passed, failed, skipped };
  }
}
