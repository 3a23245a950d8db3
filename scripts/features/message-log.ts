import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Envelope, TestStepResultStatus as Status } from '@cucumber/messages';

/** Writes the messages of Cucumber to a file as they come, so that none is lost when the process ends. */
export class MessageLog {
  readonly #file: number;

  /** @param path replaced if it exists */
  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  /** Writes one message. */
  write(envelope: Envelope): void {
    writeSync(this.#file, `${JSON.stringify(envelope)}\n`);
  }

  /** Closes the file. */
  close(): void {
    closeSync(this.#file);
  }
}

/** Reads the messages of a run; empty if it has written none. A line that was cut off is ignored. */
export const readMessages = (path: string): Envelope[] => {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as Envelope];
      } catch {
        return [];
      }
    });
};

/**
 * Adds what is missing in the messages of a run that ended early: the result of the step that was running, and the end of the run.
 * @param status UNKNOWN for an interrupted step, FAILED for one that has ended the process
 * @param message why the step did not finish
 */
export const completeMessages = (
  messages: readonly Envelope[],
  { status, message }: { readonly status: Status; readonly message: string },
): Envelope[] => {
  const running = new Map<string, { stepId?: string }>();
  let isStarted = false;
  let isFinished = false;
  for (const {
    testRunStarted,
    testCaseStarted,
    testStepStarted,
    testStepFinished,
    testCaseFinished,
    ...rest
  } of messages) {
    isStarted ||= testRunStarted !== undefined;
    isFinished ||= rest.testRunFinished !== undefined;
    if (testCaseStarted !== undefined) running.set(testCaseStarted.id, {});
    if (testStepStarted !== undefined) {
      running.set(testStepStarted.testCaseStartedId, { stepId: testStepStarted.testStepId });
    }
    if (testStepFinished !== undefined) running.set(testStepFinished.testCaseStartedId, {});
    if (testCaseFinished !== undefined) running.delete(testCaseFinished.testCaseStartedId);
  }
  if (!isStarted || isFinished) return [...messages];
  const now = Date.now();
  const timestamp = { seconds: Math.floor(now / 1000), nanos: (now % 1000) * 1_000_000 };
  const duration = { seconds: 0, nanos: 0 };
  const added = [...running].flatMap(([testCaseStartedId, { stepId }]): Envelope[] => {
    const testStepResult = { status, message, duration };
    return [
      ...(stepId === undefined
        ? []
        : [{ testStepFinished: { testCaseStartedId, testStepId: stepId, testStepResult, timestamp } }]),
      { testCaseFinished: { testCaseStartedId, timestamp, willBeRetried: false } },
    ];
  });
  return [...messages, ...added, { testRunFinished: { success: false, timestamp } }];
};
