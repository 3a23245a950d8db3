import { type Envelope, TestStepResultStatus as Status } from '@cucumber/messages';

const timestamp = { seconds: 1_700_000_000, nanos: 0 };

/** One scenario of a run. */
export interface ScenarioMessages {
  readonly id: string;
  /** The statuses of the steps that have finished. */
  readonly statuses: readonly Status[];
  readonly isStarted?: boolean;
  readonly isFinished?: boolean;
  /** Whether one more step was running when the messages ended. */
  readonly isRunningStep?: boolean;
  readonly message?: string;
  readonly attachment?: string;
  /** A picture in Base64. */
  readonly screenshot?: string;
}

/** The messages of one scenario, with one step for each status. */
export const scenarioMessages = ({
  id,
  statuses,
  isStarted = true,
  isFinished = true,
  isRunningStep = false,
  message,
  attachment,
  screenshot,
}: ScenarioMessages): Envelope[] => {
  const stepIds = [...statuses, ...(isRunningStep ? ['running'] : [])].map(
    (_status, index) => `${id}-step-${String(index)}`,
  );
  const started = `${id}-started`;
  return [
    {
      pickle: {
        id: `${id}-pickle`,
        uri: 'features/x.feature',
        name: id,
        location: { line: 3, column: 3 },
        astNodeIds: ['none'],
        tags: [],
        language: 'en',
        steps: stepIds.map((stepId) => ({ id: `${stepId}-pickle`, text: stepId, astNodeIds: ['none'] })),
      },
    },
    {
      testCase: {
        id,
        pickleId: `${id}-pickle`,
        testSteps: stepIds.map((stepId) => ({ id: stepId, pickleStepId: `${stepId}-pickle`, stepDefinitionIds: [] })),
      },
    },
    ...(isStarted ? [{ testCaseStarted: { id: started, testCaseId: id, attempt: 0, timestamp } }] : []),
    ...statuses.flatMap((status, index) => [
      { testStepStarted: { testCaseStartedId: started, testStepId: stepIds[index], timestamp } },
      ...(status === Status.FAILED
        ? [
            { body: attachment, contentEncoding: 'IDENTITY', mediaType: 'text/plain' },
            { body: screenshot, contentEncoding: 'BASE64', mediaType: 'image/png' },
          ]
            .filter(({ body }) => body !== undefined)
            .map((attached) => ({
              attachment: { testCaseStartedId: started, testStepId: stepIds[index], ...attached },
            }))
        : []),
      {
        testStepFinished: {
          testCaseStartedId: started,
          testStepId: stepIds[index],
          testStepResult: {
            status,
            duration: { seconds: 0, nanos: 5_000_000 },
            ...(message !== undefined && status === Status.FAILED && { message }),
          },
          timestamp,
        },
      },
    ]),
    ...(isRunningStep
      ? [{ testStepStarted: { testCaseStartedId: started, testStepId: stepIds.at(-1), timestamp } }]
      : []),
    ...(isFinished ? [{ testCaseFinished: { testCaseStartedId: started, timestamp, willBeRetried: false } }] : []),
  ] as unknown as Envelope[];
};

/** The message with which a run begins. */
export const runStarted = { testRunStarted: { timestamp } } as Envelope;
