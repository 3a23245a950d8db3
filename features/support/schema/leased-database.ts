import { Writable } from 'node:stream';
import type { Kept, Lease } from 'scenario-schema';
import { Database } from '../../../src/database/database.js';
import { clientOf } from '../../../src/database/knex-connection.js';
import type { PoolSettings, Reconfiguration } from '../../../src/database/reconfiguration.js';
import { createLogger } from '../../../src/observability/logger.js';
import { Metrics } from '../../../src/observability/metrics.js';
import { hasReplacedMethod, KnexState } from './knex-state.js';
import type { LogCapture } from '../observability/log-capture.js';

/** Passes log lines to the scenario that has the lease. */
class LogSwitch extends Writable {
  target: LogCapture | undefined;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.target?.write(chunk.toString());
    done();
  }
}

/** The pool of a lease. It outlives scenarios, unless one of them changed or closed it. */
export class LeasedDatabase extends Database {
  readonly settings: PoolSettings;
  readonly metrics: Metrics;
  readonly #switch: LogSwitch;
  /** The connections in use, with the steps that took them. */
  readonly #inUse = new Map<object, string>();
  #step = 'before the first step';
  #isClosed = false;
  #isAltered = false;
  #knexState: KnexState | undefined;

  constructor(options: { readonly url: string; readonly schema: string; readonly settings: PoolSettings }) {
    const { url, schema, settings } = options;
    const [metrics, target] = [new Metrics(), new LogSwitch()];
    const log = createLogger('info', target);
    super({ url, schema, ...settings, log, metrics, applicationName: schema });
    this.settings = settings;
    this.metrics = metrics;
    this.#switch = target;
  }

  /** The pool of a leased schema, reused from the previous scenario unless that changed or closed it. Opens a connection. */
  static async of(
    lease: Pick<Lease, 'databaseUrl' | 'schema' | 'keep'>,
    settings: PoolSettings,
  ): Promise<LeasedDatabase> {
    return lease.keep('database', async () => {
      const database = new LeasedDatabase({ url: lease.databaseUrl, schema: lease.schema, settings });
      await database.knex.raw('SELECT 1');
      database.#watchConnections();
      database.#knexState = new KnexState(database.knex);
      return database.#kept();
    });
  }

  /** Whether the next scenario may use it. */
  get isReusable(): boolean {
    return !this.#isClosed && !this.#isAltered && this.#knexState?.isChanged !== true;
  }

  /** Begins a scenario: its log receives the lines, and the counts begin at zero. */
  beginFor(log: LogCapture): void {
    this.#switch.target = log;
    this.#step = 'before the first step';
    this.metrics.registry.resetMetrics();
  }

  /** Begins a step of the scenario. */
  beginStep(text: string): void {
    this.#step = text;
  }

  /** The steps that took a connection and have not released it. */
  get stepsInUse(): readonly string[] {
    return [...new Set(this.#inUse.values())];
  }

  #watchConnections(): void {
    const { pool } = clientOf(this.knex);
    pool?.on('acquireSuccess', (_id, connection) => this.#inUse.set(connection, this.#step));
    pool?.on('release', (connection) => this.#inUse.delete(connection));
  }

  override async prepareReconfigure(next: PoolSettings): Promise<Reconfiguration> {
    const prepared = await super.prepareReconfigure(next);
    return {
      commit: () => {
        this.#isAltered = true;
        prepared.commit();
      },
      undo: () => prepared.undo(),
    };
  }

  override async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await super.close();
  }

  /** Connections that are in use, requested, or being opened; a query may have got another one in the meantime. */
  get #openRequests(): number {
    const { used, pending } = this.usage;
    return used + pending + (clientOf(this.knex).pool?.numPendingCreates() ?? 0);
  }

  #kept(): Kept<LeasedDatabase> {
    return {
      value: this,
      sessions: async () => {
        const client = clientOf(this.knex);
        const idle = await Promise.all(Array.from({ length: this.usage.free }, () => client.acquireConnection()));
        this.#isAltered ||= idle.flatMap((acquired) => [acquired, acquired.connection]).some(hasReplacedMethod);
        return idle.map((acquired) => ({
          client: acquired.connection,
          query: (sql) => acquired.connection.query(sql),
          release: () => client.releaseConnection(acquired),
        }));
      },
      close: () => this.close(),
      isIdle: () => this.#openRequests === 0 || !this.isReusable,
      isReusable: () => this.isReusable,
      owns: (applicationName) => applicationName === `${this.schema ?? ''} ping`,
    };
  }
}
