import pg from 'pg';
import type { PoolSettings } from '../../../src/database/reconfiguration.js';
import type { DatabaseParameters, IsolationMode } from '../run/parameters.js';
import {
  catalogOidsSql,
  emptySchemaSql,
  leaseFunctionsSql,
  createSchemaSql,
  seedHashSql,
  type CatalogOids,
} from './functions.js';
import { Lease } from './lease.js';
import { leaseSchema, quoted } from './names.js';

/** Options for a pool of schemas. */
export interface SchemaPoolOptions extends DatabaseParameters {
  readonly run: string;
  /** Names the process among those of the run. */
  readonly worker: string;
  /** The settings of the pools that the leases keep. */
  readonly settings: PoolSettings;
}

/** The state of an unused schema. */
export interface CleanState {
  readonly seed: string;
  readonly signature: string;
}

/**
 * The schemas of one process. A scenario has one for itself; a lease that came back clean goes to the next, any other
 * is thrown away.
 */
export class SchemaPool {
  readonly #free: Lease[] = [];
  readonly #seed: string;
  createdCount = 0;

  private constructor(
    readonly options: SchemaPoolOptions,
    readonly client: pg.Client,
    seed: string,
  ) {
    this.#seed = seed;
  }

  /** Connects; the template must be in the database. */
  static async open(options: SchemaPoolOptions): Promise<SchemaPool> {
    const { url, run, worker, template } = options;
    const client = new pg.Client({ connectionString: url, application_name: `rollcall features ${run} w${worker}` });
    await client.connect();
    // What a scenario left locked is found out, not waited for; a hanging server fails the scenario, not the run.
    await client.query(`SET lock_timeout = '1s'; SET statement_timeout = '30s'`);
    // Disables triggers in this session, since one of them rejects deletions from the audit log. Changing the setting for
    // each statement would discard the cached plans.
    await client.query('SET session_replication_role = replica');
    const { rows } = await client.query<{ seed: string }>(
      `SELECT ${seedHashSql(quoted(template.schema), template.seedTables)} AS seed`,
    );
    return new SchemaPool(options, client, rows[0]?.seed ?? '');
  }

  /** The number of schemas that were created. */
  get made(): number {
    return this.createdCount;
  }

  /**
   * Leases a schema with the migrated structure and only the seed rows.
   * @param mode of this one lease; that of the pool by default
   */
  async acquire(mode: IsolationMode = this.options.mode): Promise<Lease> {
    const startedMs = performance.now();
    const lease = (mode === 'lease' ? this.#free.pop() : undefined) ?? (await this.#make(mode));
    lease.begin(performance.now() - startedMs);
    return lease;
  }

  /** Called by a lease that came back clean. */
  putBack(lease: Lease): void {
    this.#free.push(lease);
  }

  /** Ends every pool that is kept and drops the schemas. */
  async close(): Promise<void> {
    for (const lease of this.#free.splice(0)) await lease.discard();
    await this.client.end();
  }

  async #make(mode: IsolationMode): Promise<Lease> {
    const { run, worker, template } = this.options;
    const schema = leaseSchema(run, worker, ++this.createdCount);
    await this.client.query(createSchemaSql(template, schema));
    const clean = mode === 'fresh' ? null : await this.#prepare(schema);
    return new Lease(this, schema, clean);
  }

  /** Readies a schema to be emptied and verified again and again. */
  async #prepare(schema: string): Promise<CleanState> {
    const { template } = this.options;
    const { rows: facts } = await this.client.query<CatalogOids>(catalogOidsSql(schema));
    if (facts[0] === undefined) throw new Error('the database returned no row for the schema');
    await this.client.query(leaseFunctionsSql(template, schema, facts[0]));
    await this.client.query(emptySchemaSql(template, schema, this.#seed));
    const { rows } = await this.client.query<{ signature: string }>(
      `SELECT signature FROM ${quoted(template.poolSchema)}.${quoted(`inspect_${schema}`)}()`,
    );
    return { seed: this.#seed, signature: rows[0]?.signature ?? '' };
  }
}
