/**
 * The process that runs the scenarios, or coordinates the processes that do. `run.ts` starts it and writes the reports, so that
 * a step that ends this process cannot end the run.
 */
import type { ISupportCodeLibrary } from '@cucumber/cucumber/api';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from '../../tests/support/chromium.js';
import type { EarlyRun } from '../../features/support/hooks.js';
import { workDirectoryVariable, type RunParameters } from '../../features/support/run/parameters.js';
import { ensureConsole } from '../console/build-console.js';
import { createPlan, loadSteps, runScenarios, workersFor, type Plan } from './cucumber.js';
import { openDatabase, serverVariable, type FeatureDatabase } from './database.js';
import { MessageLog } from './message-log.js';
import { isWhole, readOptions, UsageError, variable, type RunOptions } from './options.js';
import { requireService } from './remote.js';
import {
  isolationOf,
  messageFile,
  readProcessReports,
  removeOldReports,
  writeCoverage,
  writeExamples,
} from './reports.js';
import { aheadVariable, receivePaths, type RunFacts, type ScenarioProcessMessage } from './run-facts.js';
import { failedPaths } from './selection.js';
import { headerText, Progress } from './terminal.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The deployed service to test, instead of one that each scenario starts. */
const baseUrl = variable(process.env, 'BASE_URL');

/** Sends a message to the process that started this one, and waits until it is sent. */
const tell = (message: ScenarioProcessMessage): Promise<void> =>
  new Promise((sent) => {
    if (process.send === undefined) sent();
    else {
      process.send(message, undefined, undefined, () => {
        sent();
      });
    }
  });

/** Returns a function that tells the other process, at most once a second, that the scenarios go on. */
const progressReporter = (): (() => void) => {
  const now = performance.now.bind(performance);
  let lastMs = now();
  return () => {
    if (now() - lastMs < 1_000) return;
    lastMs = now();
    void tell({ type: 'progress' });
  };
};

type StartFacts = Pick<RunFacts, 'seed' | 'mode' | 'workers'>;

/** The URL of an existing database: that of a run with `--watch`, or one given by the user. */
const externalDatabase = (): string | undefined =>
  variable(process.env, serverVariable) ?? variable(process.env, 'DATABASE_URL');

/** Resolves when the reports are written and the inspection of the server has ended. */
const waitForClose = (): Promise<void> =>
  new Promise((done) => {
    process.once('message', () => {
      done();
    });
  });

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

const seedOf = ({ order }: RunOptions): string | null => (order === 'defined' ? null : order.slice('random:'.length));

/** What a run needs besides its scenarios. */
interface Prepared {
  readonly steps: ISupportCodeLibrary;
  /** Undefined if the scenarios run against a deployed service. */
  readonly database: FeatureDatabase | undefined;
}

const prepare = async (options: RunOptions): Promise<Prepared> => {
  if (baseUrl !== undefined) return { steps: await loadSteps(root), database: undefined };
  await ensureConsole(root);
  const steps = await loadSteps(root);
  const mode = options.fresh ? 'fresh' : 'lease';
  const { keepFailed } = options;
  return {
    steps,
    database: await openDatabase({ root, env: process.env, given: externalDatabase(), mode, keepFailed }),
  };
};

const parametersOf = ({ database }: Prepared, workDirectory: string): RunParameters => ({
  root,
  workDirectory,
  ...(database !== undefined && { database: database.parameters }),
  ...(baseUrl !== undefined && { baseUrl }),
});

/** Runs the plan, and waits until its reports are written. */
const run = async (
  options: RunOptions,
  workDirectory: string,
  { plan, facts, prepared }: { readonly plan: Plan; readonly facts: StartFacts; readonly prepared: Prepared },
): Promise<void> => {
  const { steps } = prepared;
  const directory = resolve(root, options.reports);
  const parameters = parametersOf(prepared, workDirectory);
  removeOldReports(directory);
  await tell({ type: 'started', facts });
  const log = new MessageLog(join(directory, messageFile));
  const progress = new Progress((text) => process.stdout.write(text));
  const reportProgress = progressReporter();
  const success = await runScenarios({
    ...{ root, plan, steps, workers: facts.workers, parameters, failFast: options.failFast },
    onMessage: (envelope) => {
      log.write(envelope);
      progress.record(envelope);
      reportProgress();
    },
  }).catch(async (error: unknown) => {
    await tell({ type: 'error', message: textOf(error) });
    return false;
  });
  log.close();
  const reports = readProcessReports(workDirectory);
  if (isWhole(options) && baseUrl === undefined) {
    writeCoverage(directory, reports);
    writeExamples(directory, reports);
  }
  const kept = reports.flatMap((report) => report.kept);
  const closed = waitForClose();
  await tell({
    type: 'finished',
    facts: {
      ...facts,
      isolation: isolationOf(reports),
      success,
      kept,
      ownsServer: externalDatabase() === undefined,
      late: reports.flatMap(({ late }) => late),
    },
  });
  await closed;
};

/** Selects the scenarios, and says what is run. */
const begin = async (options: RunOptions): Promise<{ readonly plan: Plan; readonly facts: StartFacts }> => {
  const isRemote = baseUrl !== undefined;
  const paths = options.failed ? failedPaths(resolve(root, options.reports)) : options.paths;
  const plan = await createPlan(root, { ...options, paths }, isRemote);
  const facts: StartFacts = {
    seed: seedOf(options),
    mode: isRemote ? 'remote' : options.fresh ? 'fresh' : 'lease',
    workers: workersFor(options, plan.scenarios, availableParallelism()),
  };
  console.log(headerText(plan.scenarios, facts));
  if (isRemote) await requireService(baseUrl);
  else if (paths.length === 0 || paths.some((path) => path.includes('console'))) await ensureChromium();
  return { plan, facts };
};

// Resources that steps have left open would keep this process alive, so it exits explicitly. Steps cannot call this
// function; see ExitGuard.
const exit = process.exit.bind(process);

const endWithParent = (): void => {
  process.once('disconnect', () => exit(1));
  if (!process.connected) exit(1);
};

const runNow = async (options: RunOptions, workDirectory: string): Promise<void> => {
  endWithParent();
  const begun = await begin(options);
  const prepared = await prepare(options);
  try {
    await run(options, workDirectory, { ...begun, prepared });
  } finally {
    await prepared.database?.close();
  }
};

/** Prepares as much as possible, and waits for the paths to run. */
const runAhead = async (given: RunOptions, workDirectory: string): Promise<void> => {
  const received = receivePaths();
  const prepared = await prepare(given);
  let earlyRun: EarlyRun | undefined;
  try {
    // Loaded with the steps, so that Cucumber knows its hooks.
    ({ earlyRun } = await import('../../features/support/hooks.js'));
    await earlyRun.open(parametersOf(prepared, workDirectory));
    const paths = await received;
    if (paths === null) return;
    endWithParent();
    const options = { ...given, paths };
    const begun = await begin(options);
    // With workers, other processes run the scenarios, each with its own run.
    if (begun.facts.workers > 0) await earlyRun.close();
    await run(options, workDirectory, { ...begun, prepared });
  } finally {
    await earlyRun?.close();
    await prepared.database?.close();
  }
};

process.once('SIGINT', () => exit(130)).once('SIGTERM', () => exit(130));
try {
  const start = variable(process.env, aheadVariable) === undefined ? runNow : runAhead;
  await start(readOptions(process.argv.slice(2)), process.env[workDirectoryVariable] ?? '');
  exit(0);
} catch (error) {
  await tell(
    error instanceof UsageError ? { type: 'usage', message: error.message } : { type: 'error', message: textOf(error) },
  );
  exit(1);
}
