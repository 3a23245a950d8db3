import { type Envelope, TestStepResultStatus as Status } from '@cucumber/messages';
import type { ScenarioResult } from './results.js';
import type { RunFacts } from './run-facts.js';

/** Number of characters of progress per line. */
const width = 80;

const worst = (statuses: readonly Status[]): string => {
  if (statuses.every((status) => status === Status.PASSED)) return '.';
  if (statuses.includes(Status.FAILED)) return 'F';
  if (statuses.includes(Status.AMBIGUOUS)) return 'A';
  if (statuses.includes(Status.UNDEFINED)) return 'U';
  return statuses.includes(Status.PENDING) ? 'P' : '-';
};

/** Shows one character for each finished scenario. */
export class Progress {
  readonly #statuses = new Map<string, Status[]>();
  #count = 0;

  /** @param write writes to the terminal */
  constructor(private readonly write: (text: string) => void) {}

  /** Processes one message of Cucumber. */
  record({ testStepFinished, testCaseFinished, testRunFinished }: Envelope): void {
    if (testStepFinished !== undefined) {
      const { testCaseStartedId: id, testStepResult } = testStepFinished;
      this.#statuses.set(id, [...(this.#statuses.get(id) ?? []), testStepResult.status]);
    }
    if (testCaseFinished !== undefined) {
      const id = testCaseFinished.testCaseStartedId;
      this.#count += 1;
      this.write(worst(this.#statuses.get(id) ?? []) + (this.#count % width === 0 ? '\n' : ''));
      this.#statuses.delete(id);
    }
    if (testRunFinished !== undefined && this.#count % width !== 0) this.write('\n');
  }
}

const plural = (count: number, one: string, many = `${one}s`): string => `${String(count)} ${count === 1 ? one : many}`;

/** How the scenarios are run, for the first and the last line of the output. */
export const factsText = ({ mode, workers, seed }: Pick<RunFacts, 'mode' | 'workers' | 'seed'>): string =>
  [
    {
      lease: 'schemas reused',
      fresh: 'a new schema for each scenario',
      remote: 'against the deployed service',
    }[mode],
    workers === 0 ? 'one process' : plural(workers, 'process', 'processes'),
    ...(seed === null ? [] : [`order random:${seed}`]),
  ].join(', ');

/** The first line of the output. */
export const headerText = (scenarios: number, facts: Pick<RunFacts, 'mode' | 'workers' | 'seed'>): string =>
  `Running ${plural(scenarios, 'scenario')}: ${factsText(facts)}`;

const statusText = (scenarios: readonly ScenarioResult[]): string => {
  const count = (status: ScenarioResult['status']): number =>
    scenarios.filter((scenario) => scenario.status === status).length;
  const rest = (
    [
      ['failed', 'failed'],
      ['skipped', 'skipped or pending'],
      ['not run', 'not run'],
    ] as const
  ).flatMap(([status, text]) => (count(status) === 0 ? [] : [`${String(count(status))} ${text}`]));
  return [`${plural(count('passed'), 'scenario')} passed`, ...rest].join(', ');
};

/** The numbers of scenarios, the duration, and how they were run. */
export const summaryText = (
  scenarios: readonly ScenarioResult[],
  facts: Pick<RunFacts, 'mode' | 'workers' | 'seed' | 'isolation'>,
  seconds: number,
): string => {
  const { isolation, mode } = facts;
  const cost =
    isolation === null || mode === 'remote'
      ? ''
      : `; ${mode === 'lease' ? 'emptying and checking a schema' : 'creating and dropping a schema'} took ` +
        `${String(isolation.medianMs)} ms (median), ${String(isolation.p95Ms)} ms (95th percentile)`;
  return `${statusText(scenarios)} in ${seconds.toFixed(1)} s (${factsText(facts)}${cost})`;
};
