import type { ScenarioResult, StepResult } from './results.js';

/** Fewer scenarios than this have no list of the slowest. */
const minScenarios = 10;

const shown = 5;

const lines = (title: string, entries: readonly (readonly [number, string])[]): string[] => [
  title,
  ...[...entries]
    .sort(([one], [other]) => other - one)
    .slice(0, shown)
    .map(([ms, text]) => `  ${String(Math.round(ms)).padStart(6)} ms  ${text}`),
];

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

/** The step definitions with the largest total time: how often they ran, and their median. */
const stepEntries = (steps: readonly StepResult[]): (readonly [number, string])[] => {
  const byDefinition = new Map<string, StepResult[]>();
  for (const step of steps) {
    if (step.definition === undefined) continue;
    byDefinition.set(step.definition, [...(byDefinition.get(step.definition) ?? []), step]);
  }
  return [...byDefinition].map(([definition, runs]) => [
    runs.reduce((sum, { ms }) => sum + ms, 0),
    `${definition}  ${String(runs.length)} times, median ${String(Math.round(median(runs.map(({ ms }) => ms))))} ms`,
  ]);
};

/** The slowest scenarios, and the steps that take the most time in total; empty if there are only a few scenarios. */
export const slowestText = (scenarios: readonly ScenarioResult[]): string => {
  if (scenarios.filter(({ status }) => status !== 'not run').length < minScenarios) return '';
  return [
    ...lines(
      'Slowest scenarios',
      scenarios.map(({ ms, uri, line, name }) => [ms, `${uri}:${String(line)}  ${name}`] as const),
    ),
    ...lines('Steps that took the most time in total', stepEntries(scenarios.flatMap(({ steps }) => steps))),
  ].join('\n');
};
