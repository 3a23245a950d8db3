/**
 * The process that runs the scenarios, or coordinates the processes that do. `run.ts` starts it and writes the reports, so that
 * a step that ends this process cannot end the run.
 */
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from '../../tests/support/chromium.js';
import type { RunParameters } from '../../features/support/run/parameters.js';
import { ensureConsole } from '../console/build-console.js';
import { createPlan, runScenarios, workersFor } from './cucumber.js';
import { openDatabase, serverVariable, type FeatureDatabase } from './database.js';
import { MessageLog } from './message-log.js';
import { isWhole, readOptions, UsageError, variable, type RunOptions } from './options.js';
import { requireService } from './remote.js';
import { isolationOf, messageFile, readProcessReports, writeCoverage, writeExamples } from './reports.js';
import { workDirectoryVariable, type RunFacts, type ScenarioProcessMessage } from './run-facts.js';
import { failedPaths } from './selection.js';
import { headerText, Progress } from './terminal.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

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

/** The URL of an existing database: that of a run with `--watch`, or one given by the user. */
const externalDatabase = (): string | undefined =>
  variable(process.env, serverVariable) ?? variable(process.env, 'DATABASE_URL');

/** Resolves when the reports are written and nobody inspects the server any more. */
const waitForClose = (): Promise<void> =>
  new Promise((done) => {
    process.once('message', () => {
      done();
    });
  });

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

const seedOf = ({ order }: RunOptions): string | null => (order === 'defined' ? null : order.slice('random:'.length));

const run = async (options: RunOptions, workDirectory: string): Promise<void> => {
  const baseUrl = variable(process.env, 'BASE_URL');
  const isRemote = baseUrl !== undefined;
  const directory = resolve(root, options.reports);
  const plan = await createPlan(root, options, isRemote);
  const mode = options.fresh ? 'fresh' : 'lease';
  const workers = workersFor(options, plan.scenarios, availableParallelism());
  const facts: Pick<RunFacts, 'seed' | 'mode' | 'workers'> = {
    seed: seedOf(options),
    mode: isRemote ? 'remote' : mode,
    workers,
  };
  await tell({ type: 'started', facts });
  console.log(headerText(plan.scenarios, facts));
  let database: FeatureDatabase | undefined;
  try {
    if (isRemote) await requireService(baseUrl);
    else {
      await ensureConsole(root);
      if (options.paths.length === 0 || options.paths.some((path) => path.includes('console'))) await ensureChromium();
      database = await openDatabase({
        root,
        env: process.env,
        given: externalDatabase(),
        mode,
        keepFailed: options.keepFailed,
      });
    }
    const parameters: RunParameters = {
      root,
      workDirectory,
      ...(database !== undefined && { database: database.parameters }),
      ...(isRemote && { baseUrl }),
    };
    const log = new MessageLog(join(directory, messageFile));
    const progress = new Progress((text) => process.stdout.write(text));
    const success = await runScenarios({
      root,
      plan,
      workers,
      parameters,
      failFast: options.failFast,
      onMessage: (envelope) => {
        log.write(envelope);
        progress.record(envelope);
      },
    }).catch(async (error: unknown) => {
      await tell({ type: 'error', message: textOf(error) });
      return false;
    });
    log.close();
    const reports = readProcessReports(workDirectory);
    if (isWhole(options) && !isRemote) {
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
  } finally {
    await database?.close();
  }
};

// What a step has left open would keep this process alive, so it ends itself. It also ends with the process that started it.
// Steps cannot call this function; see ExitGuard.
const exit = process.exit.bind(process);
process.once('disconnect', () => exit(1));
process.once('SIGINT', () => exit(130)).once('SIGTERM', () => exit(130));
try {
  const options = readOptions(process.argv.slice(2));
  const paths = options.failed ? failedPaths(resolve(root, options.reports)) : options.paths;
  await run({ ...options, paths }, process.env[workDirectoryVariable] ?? '');
  exit(0);
} catch (error) {
  await tell(
    error instanceof UsageError ? { type: 'usage', message: error.message } : { type: 'error', message: textOf(error) },
  );
  exit(1);
}
