import { After, AfterAll, Before, BeforeAll, setDefaultTimeout, setWorldConstructor, Status } from '@cucumber/cucumber';
import { WorkerRun } from './run/worker-run.js';
import type { RunParameters } from './run/parameters.js';
import { RollcallWorld } from './world.js';

/** How long setting up and clearing away may take, in milliseconds; a hanging service is cut off before. */
const hookTimeoutMs = 30_000;

/** Registers the hooks of one process. The run lives from BeforeAll to AfterAll and belongs to these hooks alone. */
const install = (): void => {
  let run: WorkerRun | undefined;
  const current = (): WorkerRun => {
    if (run === undefined) throw new Error('the scenarios must be started by the runner: npm run features');
    return run;
  };

  setWorldConstructor(RollcallWorld);
  setDefaultTimeout(15_000);

  BeforeAll({ timeout: hookTimeoutMs }, async function () {
    run = await WorkerRun.open(this.parameters as unknown as RunParameters, process.env['CUCUMBER_WORKER_ID'] ?? '0');
  });

  Before(
    { name: 'an isolated schema, clock and configuration', timeout: hookTimeoutMs },
    async function (this: RollcallWorld, { pickle }) {
      const tags = pickle.tags.map(({ name }) => name);
      this.setScenario(await current().begin({ uri: pickle.uri, name: pickle.name, tags }));
    },
  );

  After(
    { name: 'everything is closed and clean', timeout: hookTimeoutMs },
    async function (this: RollcallWorld, { result }) {
      const passed = result?.status === Status.PASSED;
      const problems = await current().end(passed);
      if (!passed || problems.length > 0) this.attach(this.report(), 'text/plain');
      if (problems.length > 0) throw new Error(problems.join('\n'));
    },
  );

  AfterAll({ timeout: hookTimeoutMs }, async () => {
    await run?.close();
  });
};

install();
