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

/** How long setting up and clearing away may take, in milliseconds; a hanging service is cut off before. */
const hookTimeoutMs = 30_000;

/** How the HTML report shows what a failed scenario has sent and received: it uses the file name as the title. */
const reportAttachment = { mediaType: 'text/plain', fileName: 'Requests, responses and log' };

/** A step that checks the results of earlier ones: Then, or And after Then. */
const checkType: string = PickleStepType.OUTCOME;

const isRunParameters = (parameters: unknown): parameters is RunParameters =>
  typeof parameters === 'object' && parameters !== null && 'workDirectory' in parameters;

type StepFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Registers the hooks of one process. The run lives from BeforeAll to AfterAll and belongs to these hooks alone. */
const install = (): void => {
  let run: WorkerRun | undefined;
  const chromium = new SharedChromium();
  let isReported = false;
  const current = (): WorkerRun => {
    if (run === undefined) throw new Error('the scenarios must be started by the runner: npm run features');
    return run;
  };

  // A worker whose coordinator has ended would wait for the end of its step. Steps cannot call this function; see ExitGuard.
  const exit = process.exit.bind(process);
  process.once('disconnect', () => exit(1));
  setWorldConstructor(RollcallWorld);
  setDefaultTimeout(15_000);
  setDefinitionFunctionWrapper(
    (call: StepFunction): StepFunction =>
      function (...args) {
        return run === undefined ? call.apply(this, args) : run.run(() => call.apply(this, args));
      },
  );

  BeforeAll({ timeout: hookTimeoutMs }, async function () {
    if (!isRunParameters(this.parameters)) {
      throw new Error('the scenarios must be started by the runner: npm run features -- path[:line]');
    }
    run = await WorkerRun.open(this.parameters, process.env['CUCUMBER_WORKER_ID'] ?? '0');
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
    { name: 'everything is closed and clean', timeout: hookTimeoutMs },
    async function (this: RollcallWorld, { result }) {
      const passed = result?.status === Status.PASSED;
      const report = passed || isReported ? undefined : this.report();
      const problems = await current().end(passed);
      if (report !== undefined) this.attach(report, reportAttachment);
      else if (problems.length > 0 && !isReported) this.attach(this.report(), reportAttachment);
      if (problems.length > 0) throw new Error(problems.join('\n'));
    },
  );

  AfterAll({ timeout: hookTimeoutMs }, async () => {
    await chromium.close();
    await run?.close();
  });
};

install();
