import {
  After,
  AfterAll,
  AfterStep,
  Before,
  BeforeAll,
  BeforeStep,
  setDefaultTimeout,
  setDefinitionFunctionWrapper,
  setWorldConstructor,
  Status,
} from '@cucumber/cucumber';
import { PickleStepType } from '@cucumber/messages';
import { SharedChromium } from './console/chromium.js';
import { WorkerRun } from './run/worker-run.js';
import type { RunParameters } from './run/parameters.js';
import { RollcallWorld } from './world.js';

/** Timeout of the hooks, in milliseconds; a service that hangs is ended before. */
const hookTimeoutMs = 30_000;

/** How the HTML report shows what a failed scenario has sent and received: it uses the file name as the title. */
const reportAttachment = { mediaType: 'text/plain', fileName: 'Requests, responses and log' };

/** A step that checks the results of earlier ones: Then, or And after Then. */
const checkType: string = PickleStepType.OUTCOME;

const isRunParameters = (parameters: unknown): parameters is RunParameters =>
  typeof parameters === 'object' && parameters !== null && 'workDirectory' in parameters;

type StepFunction = (this: unknown, ...args: unknown[]) => unknown;

/** The run of this process, which can be opened before its scenarios are known. */
export interface EarlyRun {
  /** Opens the run, with an empty schema; BeforeAll then has nothing to do. */
  open(parameters: RunParameters): Promise<void>;
  /** Closes the run, if it is open. */
  close(): Promise<void>;
}

/** Registers the hooks of one process. The run lives until AfterAll and belongs to these hooks alone. */
const install = (): EarlyRun => {
  let run: WorkerRun | undefined;
  const chromium = new SharedChromium();
  let isReported = false;
  const current = (): WorkerRun => {
    if (run === undefined) throw new Error('the scenarios must be started by the runner: npm run features');
    return run;
  };

  // A worker whose coordinator has ended would wait for the end of its step. Steps cannot call this function; see ExitGuard.
  const exit = process.exit.bind(process);
  if (process.env['CUCUMBER_WORKER_ID'] !== undefined) process.once('disconnect', () => exit(1));
  setWorldConstructor(RollcallWorld);
  setDefaultTimeout(15_000);
  setDefinitionFunctionWrapper(
    (call: StepFunction): StepFunction =>
      function (...args) {
        return run === undefined ? call.apply(this, args) : run.run(() => call.apply(this, args));
      },
  );

  const open = async (parameters: RunParameters): Promise<WorkerRun> =>
    (run = await WorkerRun.open(parameters, process.env['CUCUMBER_WORKER_ID'] ?? '0'));
  const close = async (): Promise<void> => {
    const closed = run;
    run = undefined;
    await closed?.close();
  };

  BeforeAll({ timeout: hookTimeoutMs }, async function () {
    if (!isRunParameters(this.parameters)) {
      throw new Error('the scenarios must be started by the runner: npm run features -- path[:line]');
    }
    if (run === undefined) await open(this.parameters);
  });

  Before(
    { name: 'an isolated schema, clock and configuration', timeout: hookTimeoutMs },
    async function (this: RollcallWorld, { pickle }) {
      isReported = false;
      const tags = pickle.tags.map(({ name }) => name);
      // The browser is shared: it starts before the open handles of a scenario are counted.
      if (tags.includes('@browser')) this.saved.set('chromium', await chromium.browser());
      this.setScenario(await current().begin({ uri: pickle.uri, name: pickle.name, tags }));
    },
  );

  BeforeStep(function ({ pickleStep }) {
    current().beginStep(pickleStep.text, String(pickleStep.type) === checkType);
  });

  AfterStep(function (this: RollcallWorld, { result }) {
    if (result.status === Status.PASSED) return;
    isReported = true;
    this.attach(this.report(), reportAttachment);
  });

  After(
    { name: 'nothing is left open, changed or unchecked', timeout: hookTimeoutMs },
    async function (this: RollcallWorld, { result }) {
      const passed = result?.status === Status.PASSED;
      const report = passed || isReported ? undefined : this.report();
      // A step that called process.exit(), for example, has failed with the same sentence.
      const problems = (await current().end(passed)).filter((problem) => result?.message?.includes(problem) !== true);
      if (report !== undefined) this.attach(report, reportAttachment);
      else if (problems.length > 0 && !isReported) this.attach(this.report(), reportAttachment);
      if (problems.length > 0) throw new Error(problems.join('\n'));
    },
  );

  AfterAll({ timeout: hookTimeoutMs }, async () => {
    await chromium.close();
    await close();
  });

  return {
    open: async (parameters) => {
      await (await open(parameters)).prepareSchema();
    },
    close,
  };
};

/** See EarlyRun. */
export const earlyRun = install();
