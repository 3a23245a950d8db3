import { writeFileSync } from 'node:fs';
import { TestStepResultStatus as Status } from '@cucumber/messages';
import type { ScenarioResult, StepResult } from './results.js';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML 1.0 does not allow, even escaped. */

const invalid = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

const escaped = (text: string): string =>
  text.replace(invalid, '').replace(/[&<>"]/g, (character) => entities[character] ?? character);

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

const messageOf = ({ status, message, text }: StepResult): string => message ?? `${status.toLowerCase()}: ${text}`;

const outcome = ({ status, steps }: ScenarioResult): string => {
  if (status === 'passed') return '';
  if (status === 'not run') return '      <skipped message="not run"/>\n';
  const [failed] = steps.filter((step) => step.status !== Status.PASSED && step.status !== Status.SKIPPED);
  const message = failed === undefined ? 'the scenario did not finish' : messageOf(failed);
  if (status === 'skipped') return `      <skipped message="${escaped(message)}"/>\n`;
  const summary = message.split('\n').find((line) => line.trim() !== '') ?? '';
  const all = steps
    .filter((step) => step.status !== Status.PASSED && step.status !== Status.SKIPPED)
    .map((step) => [step.text, ...(step.location === undefined ? [] : [step.location]), messageOf(step)].join('\n'))
    .join('\n\n');
  return `      <failure message="${escaped(summary)}">${escaped(all)}</failure>\n`;
};

const output = ({ steps, uri, line }: ScenarioResult): string =>
  [
    `${uri}:${String(line)}`,
    ...steps.filter(({ isHook }) => !isHook).map(({ text, status }) => `${text} … ${status.toLowerCase()}`),
    ...steps.flatMap(({ attachments }) => attachments),
  ].join('\n');

/**
 * Writes the results in the format of JUnit, with requests, responses and log lines of failed scenarios in `system-out`.
 * @param properties how the run was made
 */
export const writeJunitReport = (
  path: string,
  scenarios: readonly ScenarioResult[],
  properties: Readonly<Record<string, string>>,
): void => {
  const count = (...statuses: readonly ScenarioResult['status'][]): string =>
    String(scenarios.filter(({ status }) => statuses.includes(status)).length);
  const ms = scenarios.reduce((sum, scenario) => sum + scenario.ms, 0);
  const cases = scenarios.map(
    (scenario) =>
      `    <testcase classname="${escaped(scenario.feature)}" name="${escaped(scenario.name)}" ` +
      `file="${escaped(scenario.uri)}" line="${String(scenario.line)}" time="${seconds(scenario.ms)}">\n${outcome(scenario)}` +
      `      <system-out>${escaped(output(scenario))}</system-out>\n    </testcase>\n`,
  );
  writeFileSync(
    path,
    `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="Rollcall features" tests="${String(scenarios.length)}" ` +
      `failures="${count('failed')}" skipped="${count('skipped', 'not run')}" errors="0" time="${seconds(ms)}">\n  <properties>\n` +
      Object.entries(properties)
        .map(([name, value]) => `    <property name="${escaped(name)}" value="${escaped(value)}"/>\n`)
        .join('') +
      `  </properties>\n${cases.join('')}</testsuite>\n`,
  );
};
