import { stripVTControlCharacters } from 'node:util';
import {
  type Envelope,
  type PickleStep,
  type TestStep,
  type TestStepFinished,
  TestStepResultStatus as Status,
  TimeConversion,
} from '@cucumber/messages';
import { Query } from '@cucumber/query';

/** Numbers of scenarios by result. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Pending, skipped or not run. */
  readonly skipped: number;
}

/** The result of one step or hook. */
export interface StepResult {
  /** Keyword and text of a step, or the name of a hook. */
  readonly text: string;
  readonly isHook: boolean;
  readonly status: Status;
  readonly ms: number;
  readonly message?: string;
  /** Path and line in the feature file. */
  readonly location?: string;
  /** Path and line of the function. */
  readonly definition?: string;
  /** A function to copy, if the step is undefined. */
  readonly snippet?: string;
  /** All but images, which only the HTML report shows. */
  readonly attachments: readonly string[];
}

/** The result of one scenario. */
export interface ScenarioResult {
  readonly feature: string;
  readonly name: string;
  readonly uri: string;
  readonly line: number;
  readonly status: 'passed' | 'failed' | 'skipped' | 'not run';
  readonly ms: number;
  readonly steps: readonly StepResult[];
}

const notFailing: ReadonlySet<Status> = new Set([Status.PASSED, Status.PENDING, Status.SKIPPED]);

const statusOf = (statuses: readonly Status[], isStarted: boolean, isFinished: boolean): ScenarioResult['status'] => {
  if (!isStarted) return 'not run';
  if (!isFinished) return 'failed';
  // A step that was interrupted.
  if (statuses.includes(Status.UNKNOWN)) return 'not run';
  if (statuses.length > 0 && statuses.every((status) => status === Status.SKIPPED)) return 'not run';
  if (statuses.every((status) => status === Status.PASSED)) return 'passed';
  return statuses.every((status) => notFailing.has(status)) ? 'skipped' : 'failed';
};

/** Reads the results of a run from its messages. */
export class RunResults {
  readonly #query = new Query();
  readonly #plannedIds: string[] = [];
  readonly #pickleOf = new Map<string, string>();

  constructor(messages: readonly Envelope[] = []) {
    for (const message of messages) this.record(message);
  }

  /** Processes one message. */
  record(envelope: Envelope): void {
    this.#query.update(envelope);
    if (envelope.testCase === undefined) return;
    this.#plannedIds.push(envelope.testCase.id);
    this.#pickleOf.set(envelope.testCase.id, envelope.testCase.pickleId);
  }

  /** The scenarios in the order in which they were planned. */
  get scenarios(): ScenarioResult[] {
    const startedOf = new Map(this.#query.findAllTestCaseStarted().map((started) => [started.testCaseId, started]));
    const pickles = new Map(this.#query.findAllPickles().map((pickle) => [pickle.id, pickle]));
    return this.#plannedIds.map((id) => {
      const pickle = pickles.get(this.#pickleOf.get(id) ?? '');
      const started = startedOf.get(id);
      const isFinished = started !== undefined && this.#query.findTestCaseFinishedBy(started) !== undefined;
      const steps =
        started === undefined
          ? []
          : this.#query
              .findTestStepFinishedAndTestStepBy(started)
              .map(([finished, step]) => this.#stepResult(finished, step, pickle?.uri ?? ''));
      const duration = started === undefined ? undefined : this.#query.findTestCaseDurationBy(started);
      return {
        feature: (pickle && this.#query.findLineageBy(pickle)?.feature?.name) ?? pickle?.uri ?? '',
        name: pickle?.name ?? id,
        uri: pickle?.uri ?? '',
        line: pickle?.location?.line ?? 0,
        status: statusOf(
          steps.map(({ status }) => status),
          started !== undefined,
          isFinished,
        ),
        ms: duration === undefined ? 0 : TimeConversion.durationToMilliseconds(duration),
        steps,
      };
    });
  }

  /** The numbers of scenarios. A scenario that has started but not ended counts as failed. */
  get counts(): Counts {
    const count = (...wanted: readonly ScenarioResult['status'][]): number =>
      this.scenarios.filter(({ status }) => wanted.includes(status)).length;
    return { passed: count('passed'), failed: count('failed'), skipped: count('skipped', 'not run') };
  }

  /** The patterns of all step definitions. */
  get patterns(): string[] {
    return this.#query.findAllStepDefinitions().map(({ pattern }) => pattern.source);
  }

  #stepResult(finished: TestStepFinished, step: TestStep, uri: string): StepResult {
    const { status, message, duration } = finished.testStepResult;
    const pickleStep = this.#query.findPickleStepBy(step);
    const definition = this.#query.findUnambiguousStepDefinitionBy(step)?.sourceReference;
    const attachments = this.#query
      .findAttachmentsBy(finished)
      .filter(({ mediaType }) => !mediaType.startsWith('image/'))
      .map(({ body, contentEncoding }) => {
        // The packages of Cucumber declare the encoding separately.
        const encoding: string = contentEncoding;
        return encoding === 'BASE64' ? Buffer.from(body, 'base64').toString() : body;
      });
    return {
      ...(pickleStep === undefined
        ? { text: this.#query.findHookBy(step)?.name ?? 'hook', isHook: true }
        : this.#stepText(pickleStep, uri)),
      status,
      ms: TimeConversion.durationToMilliseconds(duration),
      // Playwright colors its messages.
      ...(message !== undefined && { message: stripVTControlCharacters(message) }),
      ...(definition?.uri !== undefined && {
        definition: `${definition.uri}:${String(definition.location?.line ?? 0)}`,
      }),
      attachments,
    };
  }

  #stepText(step: PickleStep, uri: string): Pick<StepResult, 'text' | 'isHook' | 'location' | 'snippet'> {
    const gherkin = this.#query.findStepBy(step);
    const snippet = this.#query.findSuggestionsBy(step)[0]?.snippets[0]?.code;
    return {
      text: `${gherkin?.keyword.trim() ?? ''} ${step.text}`.trim(),
      isHook: false,
      location: `${uri}:${String(gherkin?.location.line ?? 0)}`,
      ...(snippet !== undefined && { snippet }),
    };
  }
}
