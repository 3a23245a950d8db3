import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lease, SchemaPool } from 'scenario-schema';
import type { ValidatedFiles } from '../../../src/config/files/validate.js';
import type { PoolSettings } from '../../../src/database/reconfiguration.js';
import { allEndpoints } from '../../../src/routes/index.js';
import { CoverageRecorder, routeFinder, type ScenarioCoverage } from './coverage.js';
import { ExampleRecorder, type RecordedExamples } from './example-recorder.js';
import { LogCapture } from '../observability/log-capture.js';
import { ProcessGuard } from '../guards/process-guard.js';
import { BaseConfig } from './base-config.js';
import type { RunParameters } from './parameters.js';
import { Scenario } from './scenario.js';
import { removeScenarioDirectory } from './scenario-directory.js';
import { LeasedDatabase } from '../schema/leased-database.js';
import { startSchemaPool } from '../schema/schema-pool.js';

/** The report of one process for the runner. */
export interface ProcessReport {
  /**
   * The time to lease, return and verify the schema of each scenario, in milliseconds, in the order in which they ran.
   */
  readonly isolationMs: readonly number[];
  readonly scenarios: readonly ScenarioCoverage[];
  readonly examples: RecordedExamples;
  /** The schemas that were kept, and how to connect to them. */
  readonly kept: readonly { readonly scenario: string; readonly schema: string; readonly url: string }[];
  /** Failures that became known after the scenario that caused them had ended. */
  readonly late: readonly { readonly scenario: string; readonly problem: string }[];
}

/** The running scenario. */
interface Running {
  readonly scenario: Scenario;
  readonly title: string;
  readonly directory: string;
  readonly coverage: CoverageRecorder;
  readonly leased: Leased | undefined;
}

/** The schema of a scenario, and the pool of connections to it. */
interface Leased {
  readonly lease: Lease;
  readonly database: LeasedDatabase;
  /** How long the lease took, in milliseconds. */
  readonly leaseMs: number;
}

/** Facts about a scenario. */
export interface ScenarioInfo {
  readonly uri: string;
  readonly name: string;
  readonly tags: readonly string[];
}

/** What the scenarios of one process share: the pool of schemas, a base configuration and the measurements. */
export class WorkerRun {
  readonly #isolationMs: number[] = [];
  readonly #reached: ScenarioCoverage[] = [];
  readonly #kept: { scenario: string; schema: string; url: string }[] = [];
  readonly #examples = new ExampleRecorder();
  readonly #validated: ValidatedFiles = new Map();
  readonly #findRoute = routeFinder(allEndpoints());
  #running: Running | undefined;

  private constructor(
    private readonly parameters: RunParameters,
    private readonly worker: string,
    private readonly base: BaseConfig,
    private readonly pool: SchemaPool | undefined,
    private readonly settings: PoolSettings,
    private readonly guard: ProcessGuard,
  ) {}

  /** Prepares the base configuration and connects the pool. */
  static async open(parameters: RunParameters, worker: string): Promise<WorkerRun> {
    const base = BaseConfig.create(parameters.root, join(parameters.workDirectory, `w${worker}`, 'base'));
    const { database } = parameters;
    const pool = database && (await startSchemaPool(database));
    const guard = await ProcessGuard.install({
      root: parameters.root,
      ignored: [
        parameters.workDirectory,
        ...['.cache', 'reports', 'node_modules'].map((name) => join(parameters.root, name)),
      ],
      databasePort: database && portOf(database.url),
    });
    return new WorkerRun(parameters, worker, base, pool, base.poolSettings(), guard);
  }

  /** Creates the schema of the first scenario in advance, unless each scenario gets a new one. */
  async prepareSchema(): Promise<void> {
    if (this.parameters.database?.mode === 'lease') {
      await (await this.pool?.lease({ title: 'a schema in advance' }))?.return();
    }
  }

  /** Sets a scenario up. */
  async begin({ uri, name, tags }: ScenarioInfo): Promise<Scenario> {
    // The After hook of a scenario whose first step is undefined does not run.
    if (this.#running !== undefined) await this.#discard(this.#running);
    const title = `${uri}: ${name}`;
    const leased = this.pool && (await this.#lease(this.pool, title, tags.includes('@fresh-schema')));
    // A name that an earlier scenario cannot have used.
    const directory = mkdtempSync(join(this.parameters.workDirectory, `w${this.worker}`, 'scenario-'));
    this.base.copyTo(join(directory, 'config'));
    const coverage = new CoverageRecorder(uri, name);
    const log = new LogCapture();
    const { baseUrl } = this.parameters;
    leased?.database.beginFor(log);
    const inProcess = leased && {
      schema: leased.lease.schema,
      databaseUrl: leased.lease.databaseUrl,
      validated: this.#validated,
      database: leased.database,
    };
    const scenario = new Scenario({
      name,
      directory,
      coverage,
      log,
      onResponse: (request, response) => {
        const contract = this.#findRoute(request.method, request.path);
        if (contract === undefined) return;
        // Some statuses of a race differ from run to run, and so would the index of features.
        coverage.recordResponse(contract, tags.includes('@race') ? undefined : response.peekStatus());
        this.#examples.record(contract, request, response);
      },
      ...(inProcess !== undefined && { inProcess }),
      ...(baseUrl !== undefined && { baseUrl }),
    });
    this.#running = { scenario, title, directory, coverage, leased };
    this.guard.begin(title);
    return scenario;
  }

  /**
   * Ends the running scenario: closes what it opened, checks for open handles, and releases its schema.
   * @returns problems other than those of its steps
   */
  async end(passed: boolean): Promise<readonly string[]> {
    const running = this.#running;
    if (running === undefined) return [];
    this.#running = undefined;
    const { scenario, leased, coverage } = running;
    const problems = [...uncheckedServerErrors(scenario), ...this.guard.restore(), ...this.base.restore()];
    const close = async (part: { close(): Promise<void> }): Promise<void> => {
      await part.close().catch((error: unknown) => problems.push(`it could not be closed: ${String(error)}`));
    };
    await close(scenario);
    // Connections that a changed pool keeps open belong to the scenario.
    if (leased?.database.isReusable === false) await close(leased.database);
    problems.push(...(await this.guard.end(passed)));
    // Not earlier: the guard moves back what steps have moved there.
    await removeScenarioDirectory(running.directory).catch((error: unknown) => problems.push(String(error)));
    if (leased !== undefined && passed && problems.length === 0) {
      problems.push(...(await this.#return(leased, coverage)));
    } else await this.#abandon(running);
    this.#reached.push(coverage.result);
    return problems;
  }

  /** Ends the run of this process and writes the report. */
  async close(): Promise<void> {
    if (this.#running !== undefined) await this.#discard(this.#running);
    try {
      await this.pool?.stop();
    } finally {
      this.guard.uninstall();
      this.#writeReport();
    }
  }

  #writeReport(): void {
    const report: ProcessReport = {
      isolationMs: this.#isolationMs,
      scenarios: this.#reached,
      examples: this.#examples.recorded,
      kept: this.#kept,
      late: this.guard.late,
    };
    writeFileSync(join(this.parameters.workDirectory, `report-${this.worker}.json`), JSON.stringify(report));
  }

  async #discard(running: Running): Promise<void> {
    this.#running = undefined;
    this.guard.restore();
    await running.scenario.close();
    await this.guard.end(false);
    // What it must not remove stays there; the next scenario is not to blame.
    await removeScenarioDirectory(running.directory).catch(() => undefined);
    await this.#abandon(running);
  }

  async #lease(pool: SchemaPool, title: string, fresh: boolean): Promise<Leased> {
    const startedMs = performance.now();
    const lease = await pool.lease({ title, fresh });
    const leaseMs = performance.now() - startedMs;
    return { lease, leaseMs, database: await LeasedDatabase.of(lease, this.settings) };
  }

  /** Returns a schema. Returns what the scenario left behind in it. */
  async #return({ lease, leaseMs, database }: Leased, coverage: CoverageRecorder): Promise<string[]> {
    const startedMs = performance.now();
    try {
      const audited = await lease.return<{ readonly action: string }>();
      coverage.recordAuditActions(audited.map(({ action }) => action));
      return [];
    } catch (error) {
      const steps = database.stepsInUse.map((step) => `"${step}"`).join(', ');
      const cure = `These steps have not released a connection: ${steps}. Commit or roll back every transaction before a step ends.`;
      return [`${error instanceof Error ? error.message : String(error)}${steps === '' ? '' : ` ${cure}`}`];
    } finally {
      this.#isolationMs.push(leaseMs + performance.now() - startedMs);
    }
  }

  async #abandon({ title, leased }: Running): Promise<void> {
    const kept = await leased?.lease.abandon();
    if (kept) this.#kept.push({ scenario: title, schema: kept.schema, url: kept.url });
  }

  /** Begins a step, with its text, and whether it checks the result of earlier steps. */
  beginStep(text: string, isCheck: boolean): void {
    this.guard.beginStep(text);
    this.#running?.scenario.beginStep(text, isCheck);
    this.#running?.leased?.database.beginStep(text);
  }

  /** Calls a step or hook; what it starts belongs to the running scenario. */
  run<T>(call: () => T): T {
    return this.guard.run(call);
  }
}

const portOf = (url: string): number => Number(new URL(url).port || '5432');

const uncheckedServerErrors = ({ exchanges }: Scenario): string[] =>
  exchanges.flatMap(({ response, step }) =>
    response?.isUncheckedServerError === true
      ? [`no Then step has checked ${response.toString()}${step === undefined ? '' : `, sent in "${step}"`}`]
      : [],
  );
