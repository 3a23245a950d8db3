import type pg from 'pg';
import { allSettled } from './all-settled.js';
import type { Blueprint, Capture } from './blueprint.js';
import { firstRow } from './connection.js';
import { sessionSettings } from './create-schema.js';
import { leakText, ScenarioSchemaError, type Leak } from './errors.js';
import { Lease, type Cleaned, type KeptSchema, type LeaseOptions, type LeaseOwner } from './lease.js';
import { LeasedSchema } from './leased-schema.js';
import { writeReport, type Measured } from './measurements.js';
import type { SchemaPoolOptions } from './options.js';
import { OwnConnection } from './own-connection.js';
import { openRun, type OpenRun } from './run.js';
import { Serial } from './serial.js';
import { databaseChangesSql, SessionChanges, type DatabaseChanges } from './session-changes.js';
import type { Kept } from './sessions.js';
import { Statements } from './statements.js';
import { Surroundings } from './surroundings.js';
import { showKept } from './show-kept.js';
import { Worker } from './worker.js';

const stoppedTooEarly = ({ schema }: LeasedSchema): string =>
  `The pool was stopped before the lease of ${schema} was returned: await every return() before stop().`;

/** The schemas of one process. */
export class SchemaPool {
  readonly #free: LeasedSchema[] = [];
  readonly #open = new Map<Lease, LeasedSchema>();
  readonly #serial = new Serial();
  readonly #measured: Measured = { leaseMs: [], returnMs: [], leaks: [] };
  readonly #kept: KeptSchema[] = [];
  readonly #owner: LeaseOwner;
  readonly #worker: Worker;
  #count = 0;
  /** Leases that are being created. */
  #starting = 0;
  #stopping: Promise<void> | undefined;

  private constructor(
    private readonly run: OpenRun,
    private readonly connection: OwnConnection,
    private readonly observer: OwnConnection,
    private readonly surroundings: Surroundings,
    private readonly statements: Statements,
    private readonly changes: SessionChanges,
  ) {
    const { blueprint, options } = run;
    const schemas = (): string[] => [...this.#open.values(), ...this.#free].map(({ schema }) => schema);
    this.#worker = new Worker(
      ...([connection, observer, blueprint, options, surroundings] as const),
      ...([options.lastQuery, run.isAlone, schemas] as const),
    );
    this.#owner = {
      keepFailed: options.keepFailed,
      takeBack: (leased, lease) => this.#takeBack(leased, lease),
      discard: (leased, keep) => this.#discard(leased, keep),
      keep: <T>(leased: LeasedSchema, key: string, create: () => Promise<Kept<T>>) => leased.keep(key, create),
    };
  }

  /**
   * Connects to a server, runs the migrations unless another process of the run has done so, and removes what killed
   * runs have left behind.
   * @throws {ScenarioSchemaError} if there is no server that may be used, or the migrations fail
   */
  static async start(options: SchemaPoolOptions): Promise<SchemaPool> {
    const run = await openRun(options);
    const own = new Set<pg.Client>();
    let statements: Statements | undefined;
    try {
      const connect = async (): Promise<pg.Client> => {
        const opened = await run.connect();
        own.add(opened);
        await opened.query(sessionSettings);
        return opened;
      };
      const connection = new OwnConnection(await connect(), connect);
      const observer = new OwnConnection(await connect(), connect);
      const { blueprint } = run;
      const { client } = connection;
      const changes = new SessionChanges(firstRow(await client.query<DatabaseChanges>(databaseChangesSql(blueprint))));
      statements = new Statements(own, changes);
      const surroundings = new Surroundings(connection, blueprint, run, statements);
      await surroundings.accept();
      return new SchemaPool(run, connection, observer, surroundings, statements, changes);
    } catch (error) {
      statements?.stop();
      await Promise.all([...own].map((client) => client.end()));
      await run.close(null);
      throw error;
    }
  }

  /** How the structure was captured. */
  get capture(): Capture {
    return this.run.blueprint.capture;
  }

  /** How new schemas are created. */
  get blueprint(): Blueprint {
    return this.run.blueprint;
  }

  /** The number of schemas that were created. */
  get createdSchemas(): number {
    return this.#count;
  }

  /**
   * Leases a schema with the structure and the seed rows of the migrations.
   * @throws {ScenarioSchemaError} after `stop()`
   */
  async lease({ title, fresh = false, unit = 'scenario' }: LeaseOptions = {}): Promise<Lease> {
    const startedMs = performance.now();
    this.#requireRunning('The pool has been stopped: lease() cannot be called after stop().');
    const { blueprint, options } = this.run;
    const isReused = !fresh && !options.fresh && blueprint.contents.unsupported.length === 0;
    const isIdle = this.#open.size + this.#starting + this.#kept.length === 0;
    if (this.surroundings.isDamaged && isIdle) await this.#renewDatabase();
    const leased = (isReused ? this.#free.pop() : undefined) ?? (await this.#create(isReused));
    const lease = new Lease(this.#owner, leased, title ?? null, fresh, unit);
    this.#open.set(lease, leased);
    this.#measured.leaseMs.push(performance.now() - startedMs);
    return lease;
  }

  /** A scenario has changed something in the database that cannot be restored, such as a function of PostgreSQL. */
  async #renewDatabase(): Promise<void> {
    const { renewDatabase } = this.run;
    if (renewDatabase === undefined) return;
    await this.#exclusively(async () => {
      if (!this.surroundings.isDamaged) return;
      await renewDatabase(async () => {
        await Promise.all(this.#free.splice(0).map((leased) => leased.close()));
        await Promise.all([this.connection.client.end(), this.observer.client.end()]);
        this.surroundings.ignoreLostConnections();
      });
      await this.#reconnect();
      await this.surroundings.acceptNew();
    });
  }

  /**
   * Ends the run of this process: drops its schemas, and all that is shared if no other process uses it. Schemas of open leases
   * are dropped without a check, which is reported.
   * @param options `wait`: whether a server that the kit has started keeps running for the kept schemas until Ctrl-C or the end of
   * standard input; default true. A process whose standard input is not that of the user should not wait. The first call decides:
   * further calls return the same promise, whatever their options.
   */
  stop({ wait = true }: { readonly wait?: boolean } = {}): Promise<void> {
    this.#stopping ??= this.#stop(wait);
    return this.#stopping;
  }

  async #create(isReused: boolean): Promise<LeasedSchema> {
    const { blueprint, databaseUrl } = this.run;
    const schema = `${blueprint.prefix}${blueprint.run}_${this.run.worker}_${String(++this.#count)}`;
    const leased = new LeasedSchema(blueprint, databaseUrl, schema, this.changes);
    this.#starting++;
    await this.#exclusively(() => this.#worker.create(leased, isReused)).finally(() => this.#starting--);
    return leased;
  }

  async #takeBack(leased: LeasedSchema, lease: Lease): Promise<Cleaned> {
    this.#requireRunning(stoppedTooEarly(leased));
    const startedMs = performance.now();
    const cleaned = await this.#exclusively(async (ended) => {
      const { rows, leaks: others } = await this.#worker.clean(leased, lease);
      const found = { rows, leaks: [...ended, ...others] };
      if (found.leaks.length > 0 || leased.signature === null) await this.#worker.drop(leased, false);
      return found;
    }, leased).finally(() => this.#open.delete(lease));
    const { leaks } = cleaned;
    if (leaks.length === 0 && leased.signature !== null) this.#free.push(leased);
    this.#measured.returnMs.push(performance.now() - startedMs);
    this.#measured.leaks.push(...leaks.map((leak) => ({ ...leak, title: lease.title })));
    return cleaned;
  }

  /**
   * Runs work alone, and again if it has found that a connection of the kit was lost.
   * @param work gets the connections that the scenario has ended
   * @param leased a schema whose connections are closed if the work fails
   */
  #exclusively<T>(work: (ended: readonly Leak[]) => Promise<T>, leased?: LeasedSchema): Promise<T> {
    return this.#serial.run(async () => {
      try {
        const ended = await this.#reconnect();
        return await work(ended).catch(async (error: unknown) => {
          if (!this.connection.isLost && !this.observer.isLost) throw error;
          return work([...ended, ...(await this.#reconnect())]);
        });
      } catch (error) {
        this.surroundings.isDamaged = true;
        // The work may have failed in a transaction.
        const clients = [this.connection.client, this.observer.client];
        await Promise.allSettled(clients.map((client) => client.query('ROLLBACK')));
        await leased?.close();
        throw error;
      }
    });
  }

  async #reconnect(): Promise<readonly Leak[]> {
    const restored = [await this.run.restore(), await this.connection.restore(), await this.observer.restore()];
    return restored.includes(true) ? this.surroundings.endedConnections() : [];
  }

  async #discard(leased: LeasedSchema, keep: boolean): Promise<void> {
    this.#requireRunning(stoppedTooEarly(leased));
    const [lease] = [...this.#open].find(([, other]) => other === leased) ?? [];
    const drop = this.#exclusively(() => this.#worker.drop(leased, keep), leased);
    await drop.finally(() => lease && this.#open.delete(lease));
    if (!keep || lease === undefined) return;
    this.#kept.push({ title: lease.title, schema: lease.schema, url: lease.url, psql: `psql '${lease.url}'` });
  }

  async #stop(wait: boolean): Promise<void> {
    // Leases that are being returned no longer count as open.
    await this.#serial.run(async () => undefined);
    for (const { title, schema } of this.#open.keys()) {
      this.run.options.log(`the lease of ${title ?? schema} was not returned, so what it left behind was not checked`);
    }
    const schemas = [...this.#open.values(), ...this.#free.splice(0)];
    try {
      await allSettled(schemas.map((leased) => this.#exclusively(() => this.#worker.drop(leased, false), leased)));
      // What no other process has reported is named by the last process.
      for (const leak of await this.#exclusively(() => this.surroundings.restore())) {
        this.run.options.log(`left behind in this run: ${leakText(leak)}`);
        this.#measured.leaks.push({ ...leak, title: null });
      }
    } finally {
      this.#open.clear();
      this.statements.stop();
      await this.#leave(wait);
    }
  }

  async #leave(wait: boolean): Promise<void> {
    const { options, isOwnServer, setups } = this.run;
    await showKept(this.#kept, { isOwnServer, log: options.log, wait });
    await Promise.all([this.connection.client.end(), this.observer.client.end()]);
    const merged = await this.run.close({ ...this.#measured, setups }, this.#kept.length > 0 && !isOwnServer);
    if (merged !== null && options.report !== undefined) writeReport(options.report, merged);
  }

  #requireRunning(message: string): void {
    if (this.#stopping !== undefined) throw new ScenarioSchemaError(message);
  }
}
