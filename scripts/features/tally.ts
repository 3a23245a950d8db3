import { type Envelope, TestStepResultStatus } from '@cucumber/messages';

/** How scenarios came out. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Pending or skipped: as good as failed. */
  readonly skipped: number;
}

const harmless: ReadonlySet<TestStepResultStatus> = new Set([TestStepResultStatus.PASSED]);
const evading: ReadonlySet<TestStepResultStatus> = new Set([
  TestStepResultStatus.PASSED,
  TestStepResultStatus.PENDING,
  TestStepResultStatus.SKIPPED,
]);

/** Counts scenarios from Cucumber's messages, those included that a dead process never ended. */
export class Tally {
  readonly #planned = new Set<string>();
  readonly #caseOf = new Map<string, string>();
  readonly #statuses = new Map<string, TestStepResultStatus[]>();
  readonly #finished = new Set<string>();

  /** Takes one message. */
  note({ testCase, testCaseStarted, testStepFinished, testCaseFinished }: Envelope): void {
    if (testCase !== undefined) this.#planned.add(testCase.id);
    if (testCaseStarted !== undefined) this.#caseOf.set(testCaseStarted.id, testCaseStarted.testCaseId);
    if (testStepFinished !== undefined) {
      const id = this.#caseOf.get(testStepFinished.testCaseStartedId) ?? '';
      this.#statuses.set(id, [...(this.#statuses.get(id) ?? []), testStepFinished.testStepResult.status]);
    }
    if (testCaseFinished !== undefined) this.#finished.add(this.#caseOf.get(testCaseFinished.testCaseStartedId) ?? '');
  }

  /** The counts so far. */
  get counts(): Counts {
    let [passed, failed, skipped] = [0, 0, 0];
    for (const id of this.#planned) {
      const statuses = this.#statuses.get(id) ?? [];
      if (!this.#finished.has(id)) failed += 1;
      else if (statuses.every((status) => harmless.has(status))) passed += 1;
      else if (statuses.every((status) => evading.has(status))) skipped += 1;
      else failed += 1;
    }
    return { passed, failed, skipped };
  }
}
