/**
 * `npm run features`: runs the scenarios, each with a separate schema and app. `--help` shows the options.
 * The scenarios run in another process; this one writes the reports, whatever happens there. Exit codes are in `--help`.
 */
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOptions, usage, UsageError, variable, type RunOptions } from './options.js';
import { aheadVariable, receivePaths } from './run-facts.js';
import { ScenarioProcess, type ProcessOutcome } from './scenario-process.js';
import { createWorkDirectory, removeAbandonedRuns } from './work-directory.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const exitCodes = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

const print = (text: string): void => {
  console.log(text);
};

const mark = async (): Promise<number> => {
  const url = variable(process.env, 'DATABASE_URL');
  if (url === undefined) throw new UsageError('--mark-database needs the database in DATABASE_URL.');
  const { markForFeatures } = await import('./database.js');
  await markForFeatures(url, print);
  return exitCodes.ok;
};

/** Reserves the directory of the reports. Those of the previous run stay until the first scenario starts. */
const reserveReports = async (options: RunOptions): Promise<void> => {
  const { lockReports } = await import('./report-lock.js');
  lockReports(resolve(root, options.reports));
};

/** Starts the process that runs the scenarios. */
const start = (options: RunOptions, args: readonly string[]): ScenarioProcess => {
  removeAbandonedRuns();
  const workDirectory = createWorkDirectory();
  process.once('exit', () => {
    rmSync(workDirectory, { recursive: true, force: true });
  });
  // The seed that was chosen here is the one that the other process must use.
  return new ScenarioProcess([...args, '--order', options.order], workDirectory);
};

const runOnce = async (options: RunOptions, args: readonly string[]): Promise<number> => {
  await reserveReports(options);
  return complete(options, start(options, args), performance.now());
};

/** Starts the next run of `--watch`, and waits for the paths to run. */
const runAhead = async (options: RunOptions, args: readonly string[]): Promise<number> => {
  const received = receivePaths();
  // Ctrl-C reaches this process too. Ignore it: the watching process ends this one.
  process.on('SIGINT', () => undefined);
  const scenarios = start(options, args);
  try {
    // Load in advance what is needed after the paths arrive.
    await Promise.all(['./report-lock.js', './finish.js'].map((module) => import(module)));
    const paths = await received;
    if (paths === null) return exitCodes.ok;
    const startedMs = performance.now();
    await reserveReports(options);
    const completed = complete({ ...options, paths }, scenarios, startedMs);
    scenarios.sendPaths(paths);
    return await completed;
  } finally {
    await scenarios.discard();
  }
};

/** Says why no scenario was run. The reports of the previous run stay. */
const endWithoutRun = ({ error, end }: ProcessOutcome, isInterrupted: boolean): number => {
  if (isInterrupted) {
    print('Interrupted before the first scenario.');
    return exitCodes.interrupted;
  }
  console.error(error ?? `features: The process that runs the scenarios ended before the first one (${end}).`);
  return exitCodes.usage;
};

/** Waits for the end of the scenarios, and writes the reports. */
const complete = async (options: RunOptions, scenarios: ScenarioProcess, startedMs: number): Promise<number> => {
  const interrupted = new AbortController();
  const interrupt = (): void => {
    interrupted.abort();
    scenarios.interrupt();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const outcome = await scenarios.outcome();
  if (outcome.usage !== undefined) throw new UsageError(outcome.usage);
  const isInterrupted = interrupted.signal.aborted;
  if (outcome.started === undefined) {
    await scenarios.close();
    return endWithoutRun(outcome, isInterrupted);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const { finishRun } = await import('./finish.js');
  const { canWaitForInterrupt, waitForInterrupt } = await import('./wait-for-interrupt.js');
  const canWait = canWaitForInterrupt();
  const passed = await finishRun({ root, options, outcome, isInterrupted, canWait, seconds }, print);
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  if (outcome.facts?.ownsServer === true && outcome.facts.kept.length > 0 && canWait && !isInterrupted) {
    await waitForInterrupt();
  }
  await scenarios.close();
  if (isInterrupted) return exitCodes.interrupted;
  return passed ? exitCodes.ok : exitCodes.failed;
};

const main = async (): Promise<number> => {
  const args = process.argv.slice(2);
  const options = readOptions(args);
  if (options.help) {
    print(usage);
    return exitCodes.ok;
  }
  if (options.markDatabase) return mark();
  if (options.listSteps) {
    const { listSteps } = await import('./list-steps.js');
    print(await listSteps(root, options.paths));
    return exitCodes.ok;
  }
  if (options.watch) {
    const { watchAndRun } = await import('./watch.js');
    return watchAndRun(root, options, args);
  }
  return variable(process.env, aheadVariable) === undefined ? runOnce(options, args) : runAhead(options, args);
};

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`features: ${error.message}`);
    process.exitCode = exitCodes.usage;
  } else {
    console.error(error);
    process.exitCode = exitCodes.failed;
  }
}
