import { writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { TestStepResultStatus as Status } from '@cucumber/messages';
import { failureText } from './failure-text.js';
import { History, sourcesFingerprint } from './history.js';
import { writeHtmlReport } from './html-report.js';
import { writeJunitReport } from './junit-report.js';
import { completeMessages, readMessages } from './message-log.js';
import type { RunOptions } from './options.js';
import { messageFile, writeSummary } from './reports.js';
import { RunResults, type ScenarioResult } from './results.js';
import type { ProcessOutcome } from './scenario-process.js';
import { slowestText } from './slowest.js';
import { factsText, summaryText } from './terminal.js';

/** What is known about a run at its end. */
export interface FinishedRun {
  readonly root: string;
  readonly options: RunOptions;
  readonly outcome: ProcessOutcome;
  readonly isInterrupted: boolean;
  /** Whether the run can wait at its end while the user looks at kept schemas. */
  readonly canWait: boolean;
  readonly seconds: number;
}

/** The result of a step that was running when the process ended. */
const resultOfRunningStep = ({ outcome, isInterrupted }: FinishedRun): { status: Status; message: string } => {
  if (isInterrupted) return { status: Status.UNKNOWN, message: 'The run was interrupted here.' };
  if (outcome.stalledMs !== undefined) {
    const seconds = String(outcome.stalledMs / 1000);
    return {
      status: Status.FAILED,
      message: `The run was ended here, because no step had begun or ended for ${seconds} seconds. If this step blocks the process, for example in an endless loop, correct it.`,
    };
  }
  const process =
    outcome.facts !== undefined || outcome.error !== undefined
      ? 'The worker process ended here.'
      : `The process ended here (${outcome.end}).`;
  return {
    status: Status.FAILED,
    message: `${process} If a step ended it, for example with process.exit(), remove that call.`,
  };
};

const flagsOf = ({ fresh }: RunOptions): string[] => (fresh ? ['--fresh'] : []);

const isFailing = ({ status }: ScenarioResult): boolean => status === 'failed' || status === 'skipped';

/** Why the run failed although no scenario did, if so. */
const remainingProblem = (
  { outcome, isInterrupted }: FinishedRun,
  scenarios: readonly ScenarioResult[],
): string | undefined => {
  if (outcome.error !== undefined) return outcome.error;
  if (scenarios.some(isFailing) || (isInterrupted && outcome.facts === undefined)) return undefined;
  if (outcome.facts === undefined) return `The process that ran the scenarios ended early (${outcome.end}).`;
  if (outcome.facts.late.length > 0 || outcome.facts.success) return undefined;
  return 'A worker process ended unexpectedly, or a hook outside of the scenarios failed.';
};

/** How to connect to the schemas that were kept. */
const keptText = ({ outcome: { facts }, canWait }: FinishedRun): string => {
  const kept = facts?.kept ?? [];
  if (kept.length > 0 && facts?.ownsServer === true && !canWait) {
    return (
      '\nThe schemas of failed scenarios were not kept: this run started its own database server, and stops it because standard input ' +
      'is closed or a file. ' +
      'To keep them, run the features in a terminal, or set DATABASE_URL to a server of your own.'
    );
  }
  return kept.map(({ scenario, url }) => `\nschema kept: ${scenario}\n  psql '${url}'`).join('\n');
};

/**
 * Writes the reports of a run and prints failures, durations and the summary. Scenarios that were interrupted count as not run.
 * @returns whether all scenarios passed
 */
export const finishRun = async (run: FinishedRun, print: (text: string) => void): Promise<boolean> => {
  const { root, options, outcome, isInterrupted } = run;
  const directory = resolve(root, options.reports);
  const path = join(directory, messageFile);
  const messages = completeMessages(readMessages(path), resultOfRunningStep(run));
  writeFileSync(path, messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  const results = new RunResults(messages);
  const scenarios = results.scenarios;
  const facts = {
    ...(outcome.facts ?? outcome.started ?? { seed: null, mode: 'lease' as const, workers: 0 }),
    isolation: outcome.facts?.isolation ?? null,
  };
  const html = join(directory, 'features.html');
  await writeHtmlReport(html, messages, factsText(facts));
  writeJunitReport(join(directory, 'junit.xml'), scenarios, {
    seed: facts.seed ?? 'none',
    mode: facts.mode,
    workers: String(facts.workers),
  });
  writeSummary(directory, { ...results.counts, ...facts });
  const failures = scenarios.filter(isFailing);
  writeFileSync(
    join(directory, 'failed.json'),
    `${JSON.stringify({ scenarios: failures.map(({ uri, line }) => `${uri}:${String(line)}`) }, null, 2)}\n`,
  );
  const context = {
    html: relative(root, html),
    patterns: results.patterns,
    isKept: options.keepFailed,
    flags: flagsOf(options),
  };
  failures.forEach((scenario, index) => {
    print(`\n${failureText(scenario, index + 1, context)}`);
  });
  for (const { scenario, problem } of outcome.facts?.late ?? []) print(`\nAfter ${scenario} had ended:\n  ${problem}`);
  const problem = remainingProblem(run, scenarios);
  if (problem !== undefined) print(`\n${problem}`);
  const history = History.open(join(root, '.cache', 'features-history.json'));
  history.add(scenarios, sourcesFingerprint(root));
  history.save();
  for (const text of [slowestText(scenarios), history.flakyText(scenarios)]) if (text !== '') print(`\n${text}`);
  const kept = keptText(run);
  if (kept !== '') print(kept);
  if (isInterrupted) {
    const done = scenarios.filter(({ status }) => status !== 'not run').length;
    print(`\nInterrupted after ${String(done)} of ${String(scenarios.length)} scenarios.`);
  }
  print(
    `\n${summaryText(scenarios, facts, run.seconds)}\nReports: ${context.html}, junit.xml and messages.ndjson next to it`,
  );
  return (
    scenarios.length > 0 &&
    scenarios.every(({ status }) => status === 'passed') &&
    outcome.facts?.success === true &&
    outcome.facts.late.length === 0 &&
    problem === undefined
  );
};
