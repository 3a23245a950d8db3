import { TestStepResultStatus as Status } from '@cucumber/messages';
import { shortStack } from './short-stack.js';
import { similarSteps } from './suggestions.js';
import type { ScenarioResult, StepResult } from './results.js';

/** What a failure mentions besides the scenario. */
export interface FailureContext {
  /** Path of the HTML report, relative to the project. */
  readonly html: string;
  /** The patterns of all step definitions. */
  readonly patterns: readonly string[];
  /** Whether the schemas of failed scenarios are kept. */
  readonly isKept: boolean;
  /** Options that a rerun needs, such as `--fresh`. */
  readonly flags: readonly string[];
}

const marks: Readonly<Partial<Record<Status, string>>> = { [Status.PASSED]: '✔', [Status.SKIPPED]: '-' };

const indented = (text: string, spaces: number): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : `${' '.repeat(spaces)}${line}`))
    .join('\n');

const undefinedText = ({ text, snippet }: StepResult, patterns: readonly string[]): string => {
  const similar = similarSteps(text.replace(/^\S+ /, ''), patterns);
  return [
    'This step is undefined.',
    ...(similar.length === 0 ? [] : ['Did you mean:', ...similar.map((pattern) => `  ${pattern}`)]),
    ...(snippet === undefined
      ? []
      : ['To define it, add this to a file in features/steps/:', '', indented(snippet, 2), '']),
  ].join('\n');
};

/** An error for the terminal: an AssertionError without the comparison in JSON that repeats its message. */
const errorText = (message: string): string =>
  shortStack(message)
    .replace(/^AssertionError(?: \[ERR_ASSERTION\])?: /, '')
    .trimEnd();

const stepLines = (step: StepResult, patterns: readonly string[]): string[] => {
  if (step.isHook && (step.status === Status.PASSED || step.status === Status.SKIPPED)) return [];
  const places = [step.location, step.definition].filter((place) => place !== undefined).join(', ');
  const isFailing = step.status !== Status.PASSED && step.status !== Status.SKIPPED;
  const lines = [`  ${marks[step.status] ?? '✖'} ${step.text}${isFailing && places !== '' ? `   (${places})` : ''}`];
  if (step.status === Status.UNDEFINED) lines.push(indented(undefinedText(step, patterns), 6));
  else if (isFailing) lines.push(indented(errorText(step.message ?? step.status.toLowerCase()), 6));
  for (const attachment of step.attachments) lines.push('', indented(attachment, 4));
  return lines;
};

/** The command that runs one scenario again. */
export const rerunCommand = ({ uri, line }: ScenarioResult, flags: readonly string[]): string =>
  ['npm run features --', ...flags, `${uri}:${String(line)}`].join(' ');

/** A failed scenario with its steps, errors and reports, and how to run it again. */
export const failureText = (scenario: ScenarioResult, number: number, context: FailureContext): string =>
  [
    `${String(number)}) ${scenario.feature}: ${scenario.name}   ${scenario.uri}:${String(scenario.line)}`,
    ...scenario.steps.flatMap((step) => stepLines(step, context.patterns)),
    '',
    `  run it again    ${rerunCommand(scenario, context.flags)}`,
    `  HTML report     ${context.html}`,
    ...(context.isKept ? [] : ['  keep its schema with --keep-failed, and connect with psql']),
  ].join('\n');
