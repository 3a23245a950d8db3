import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { Config } from '../../../src/config/config.js';
import { createLogger } from '../../../src/observability/logger.js';
import { allEndpoints } from '../../../src/routes/index.js';
import { poolSettings } from '../../../src/server/live-settings/connections.js';
import { CoverageRecorder, routeFinder, type ScenarioCoverage } from './coverage.js';
import { ExampleRecorder, type RecordedExamples } from './example-recorder.js';
import { LogCapture } from '../observability/log-capture.js';
import { findLeakedHandles, listOpenHandles, type OpenHandles } from './open-handles.js';
import type { RunParameters } from './parameters.js';
import { Scenario } from './scenario.js';
import type { Lease } from '../schema/lease.js';
import { SchemaPool } from '../schema/pool.js';

/** The report of one process for the runner. */
export interface ProcessReport {
  /** Take, return and verify of each scenario, in milliseconds, in the order in which they ran. */
  readonly isolationMs: readonly number[];
  readonly scenarios: readonly ScenarioCoverage[];
  readonly examples: RecordedExamples;
  /** The schemas that were kept, and how to connect to them. */
  readonly kept: readonly { readonly scenario: string; readonly schema: string; readonly url: string }[];
}

/** The running scenario. */
interface Running {
  readonly scenario: Scenario;
  readonly title: string;
  readonly coverage: CoverageRecorder;
  readonly lease: Lease | undefined;
  readonly before: OpenHandles;
}

/** Facts about a scenario. */
export interface ScenarioInfo {
  readonly uri: string;
  readonly name: string;
  readonly tags: readonly string[];
}

/** What the scenarios of one process share: the pool of schemas, a base configuration, the measurements. */
export class WorkerRun {
  readonly #isolationMs: number[] = [];
  readonly #reached: ScenarioCoverage[] = [];
  readonly #kept: { scenario: string; schema: string; url: string }[] = [];
  readonly #examples = new ExampleRecorder();
  readonly #findRoute = routeFinder(allEndpoints());
  #running: Running | undefined;
  #count = 0;

  private constructor(
    private readonly parameters: RunParameters,
    private readonly worker: string,
    private readonly baseDirectory: string,
    private readonly pool: SchemaPool | undefined,
  ) {}

  /** Prepares the base configuration and connects the pool. */
  static async open(parameters: RunParameters, worker: string): Promise<WorkerRun> {
    const base = join(parameters.workDirectory, `w${worker}`, 'base');
    prepareConfig(parameters.root, base);
    if (parameters.database === undefined) return new WorkerRun(parameters, worker, base, undefined);
    const log = createLogger('silent');
    const config = Config.open({ directory: base, nodeEnv: 'test', env: {}, log, dataDir: join(base, 'data') });
    const settings = poolSettings(config.current);
    const pool = await SchemaPool.open({ ...parameters.database, run: parameters.run, worker, settings });
    return new WorkerRun(parameters, worker, base, pool);
  }

  /** Sets a scenario up. */
  async begin({ uri, name, tags }: ScenarioInfo): Promise<Scenario> {
    // A scenario whose first step is undefined never gets to its After hook.
    if (this.#running !== undefined) await this.#discard(this.#running);
    const lease = await this.pool?.acquire(tags.includes('@fresh-schema') ? 'fresh' : undefined);
    const directory = join(this.parameters.workDirectory, `w${this.worker}`, String(++this.#count));
    mkdirSync(directory, { recursive: true });
    cpSync(this.baseDirectory, join(directory, 'config'), { recursive: true });
    const coverage = new CoverageRecorder(uri, name);
    const log = new LogCapture();
    const { baseUrl } = this.parameters;
    const inProcess = lease && {
      schema: lease.schema,
      databaseUrl: lease.url,
      database: await lease.openDatabase(log),
    };
    const scenario = new Scenario({
      name,
      directory,
      coverage,
      log,
      onResponse: (request, response) => {
        const contract = this.#findRoute(request.method, request.path);
        if (contract === undefined) return;
        coverage.recordResponse(contract, response.peekStatus());
        this.#examples.record(contract, request, response);
      },
      ...(inProcess !== undefined && { inProcess }),
      ...(baseUrl !== undefined && { baseUrl }),
    });
    const before = listOpenHandles(this.#databasePort);
    this.#running = { scenario, title: `${uri}: ${name}`, coverage, lease, before };
    return scenario;
  }

  /**
   * Ends the running scenario: closes what it opened, looks for open handles, and releases its schema.
   * @returns problems other than those of its steps
   */
  async end(passed: boolean): Promise<readonly string[]> {
    const running = this.#running;
    if (running === undefined) return [];
    this.#running = undefined;
    const { scenario, lease, before, coverage } = running;
    const problems = uncheckedServerError(scenario);
    await scenario.close().catch((error: unknown) => problems.push(`it could not be closed: ${String(error)}`));
    await lease?.dropAlteredDatabase();
    const left = await findLeakedHandles(before, this.#databasePort);
    if (left.length > 0) problems.push(`it left open: ${left.join(', ')}`);
    if (lease !== undefined && passed && problems.length === 0) {
      await lease
        .release()
        .catch((error: unknown) => problems.push(error instanceof Error ? error.message : String(error)));
      this.#isolationMs.push(lease.isolationMs);
      coverage.recordAuditActions(lease.actions);
    } else if (lease !== undefined) await this.#abandon(running, lease);
    this.#reached.push(coverage.result);
    return problems;
  }

  /** Ends the run of this process and writes the report. */
  async close(): Promise<void> {
    if (this.#running !== undefined) await this.#discard(this.#running);
    await this.pool?.close();
    const report: ProcessReport = {
      isolationMs: this.#isolationMs,
      scenarios: this.#reached,
      examples: this.#examples.recorded,
      kept: this.#kept,
    };
    writeFileSync(join(this.parameters.workDirectory, `report-${this.worker}.json`), JSON.stringify(report));
  }

  async #discard(running: Running): Promise<void> {
    this.#running = undefined;
    await running.scenario.close();
    if (running.lease !== undefined) await this.#abandon(running, running.lease);
  }

  async #abandon({ title }: Running, lease: Lease): Promise<void> {
    const { kept } = await lease.abandon();
    if (kept) this.#kept.push({ scenario: title, schema: lease.schema, url: lease.psqlUrl });
  }

  get #databasePort(): number | undefined {
    const url = this.parameters.database?.url;
    if (url === undefined) return undefined;
    const { port } = new URL(url);
    return port === '' ? 5432 : Number(port);
  }
}

const uncheckedServerError = ({ responses }: Scenario): string[] => {
  const last = responses.at(-1);
  return last?.isUncheckedServerError === true ? [`no step has checked the last response: ${last.toString()}`] : [];
};

/** The configuration of the tests, behind one trusted proxy, so that a scenario can set the IP address of a client. */
const prepareConfig = (root: string, directory: string): void => {
  mkdirSync(directory, { recursive: true });
  cpSync(join(root, 'config', 'default.yaml'), join(directory, 'default.yaml'));
  const test = (parse(readFileSync(join(root, 'config', 'test.yaml'), 'utf8')) ?? {}) as { server?: object };
  const settings = { ...test, server: { ...test.server, trustedProxyHops: 1 } };
  writeFileSync(join(directory, 'test.yaml'), stringify(settings));
};
