import pg from 'pg';
import { searchPathOf } from './blueprint.js';
import { sessionOptions, withSearchPath } from './connection.js';
import { LeakError, ScenarioSchemaError, type Leak, type Unit } from './errors.js';
import { shortHash } from './names.js';
import type { LeasedSchema } from './leased-schema.js';
import type { Kept } from './sessions.js';

/** Options of a lease. */
export interface LeaseOptions {
  /** Names the scenario in messages and reports. */
  readonly title?: string;
  /** A schema that is created for this lease and dropped afterwards, so its structure may be changed. */
  readonly fresh?: boolean;
  /** How messages name the work that has the lease; default `scenario`. */
  readonly unit?: Unit;
}

/** Options for `pg.Client` and `pg.Pool`. */
export interface PgConfig {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  options: string;
  application_name: string;
}

/** Options for knex. */
export interface KnexConfig {
  client: 'pg';
  connection: PgConfig;
  searchPath: string[];
  pool: { min: number; max: number };
}

/** A schema that was kept after a failed scenario. */
export interface KeptSchema {
  readonly title: string | null;
  readonly schema: string;
  readonly url: string;
  /** A command that connects to it. */
  readonly psql: string;
}

/** What a returned schema contained. */
export interface Cleaned {
  readonly leaks: readonly Leak[];
  /** Rows of the last query. */
  readonly rows: readonly unknown[];
}

/** How a lease ends, for the pool. */
export interface LeaseOwner {
  takeBack(leased: LeasedSchema, lease: Lease): Promise<Cleaned>;
  discard(leased: LeasedSchema, keep: boolean): Promise<void>;
  keep<T>(leased: LeasedSchema, key: string, create: () => Promise<Kept<T>>): Promise<T>;
  readonly keepFailed: boolean;
}

/** One schema with the structure and the seed rows of the migrations, for one scenario. */
export class Lease {
  #isOpen = true;

  constructor(
    private readonly owner: LeaseOwner,
    private readonly leased: LeasedSchema,
    /** The title given with the lease. */
    readonly title: string | null,
    /** Whether the structure may be changed. */
    readonly allowsStructureChanges: boolean,
    private readonly unit: Unit,
  ) {}

  /** The name of the schema. It is also the `application_name` of its connections. */
  get schema(): string {
    return this.leased.schema;
  }

  /** The schemas that unqualified names refer to; this schema is the first. */
  get searchPath(): string[] {
    return searchPathOf(this.leased.blueprint, this.schema);
  }

  /** A URL whose connections use this schema. */
  get url(): string {
    return withSearchPath(this.leased.url, this.searchPath, this.schema);
  }

  /** The database that contains the schema, without a search path. */
  get databaseUrl(): string {
    return this.leased.url;
  }

  /** Options for `pg.Client` and `pg.Pool`. */
  pgConfig(): PgConfig {
    const url = new URL(this.leased.url);
    const host = url.searchParams.get('host') ?? url.hostname.replaceAll(/^\[|\]$/g, '');
    return {
      host,
      port: url.port === '' ? 5432 : Number(url.port),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: decodeURIComponent(url.pathname.slice(1)),
      options: sessionOptions(this.leased.url, this.searchPath),
      application_name: this.schema,
    };
  }

  /** Options for knex. */
  knexConfig(): KnexConfig {
    return { client: 'pg', connection: this.pgConfig(), searchPath: this.searchPath, pool: { min: 0, max: 5 } };
  }

  /**
   * A name that no other lease uses, for what a schema does not isolate: NOTIFY channels and advisory locks, for example
   * `pg_advisory_lock(hashtext($1))`.
   */
  salt(name: string): string {
    return `${name}_${shortHash(this.schema, 10)}`;
  }

  /** A pool of connections that stays open for the next scenario with this schema. Do not end it. */
  pool(): Promise<pg.Pool> {
    return this.keep('pg.Pool', async () => {
      const pool = new pg.Pool({ ...this.pgConfig(), max: 10, idleTimeoutMillis: 0 });
      pool.on('error', () => undefined);
      (await pool.connect()).release();
      return {
        value: pool,
        // A client that the scenario has not released cannot be inspected, and is reported as an open connection.
        sessions: () =>
          Promise.all(
            Array.from({ length: pool.idleCount }, async () => {
              const client = await pool.connect();
              return { client, query: (sql) => client.query(sql), release: () => client.release() };
            }),
          ),
        close: () => pool.end(),
        isIdle: () => pool.totalCount === pool.idleCount && pool.waitingCount === 0,
        isReusable: () => !pool.ending && pool.totalCount === pool.idleCount && pool.totalCount > 0,
      };
    });
  }

  /**
   * Something that stays with the schema for the next scenarios that lease it, such as a pool of connections. The sessions that
   * it lists are inspected when the lease is returned; if a scenario has changed their state, it is closed.
   * @param key identifies it
   * @param create called if the schema does not have it yet
   */
  keep<T>(key: string, create: () => Promise<Kept<T>>): Promise<T> {
    this.#requireOpen('used');
    return this.owner.keep(this.leased, key, create);
  }

  /**
   * Returns the schema after a scenario that passed: it is emptied and verified, and the next lease can use it.
   * @returns the rows of the option `lastQuery`
   * @throws {LeakError} that names what was left behind; the schema was discarded then
   */
  async return<Row = unknown>(): Promise<readonly Row[]> {
    this.#close();
    const { leaks, rows } = await this.owner.takeBack(this.leased, this);
    if (leaks.length > 0) throw new LeakError(leaks, this.unit);
    return rows as readonly Row[];
  }

  /**
   * Ends the lease of a scenario that failed: drops the schema.
   * @param keep whether to keep the schema for inspection; the option `keepFailed` by default
   * @returns the schema if it was kept
   */
  async abandon(keep = this.owner.keepFailed): Promise<KeptSchema | null> {
    this.#close();
    const { title, schema, url } = this;
    await this.owner.discard(this.leased, keep);
    return keep ? { title, schema, url, psql: `psql '${url}'` } : null;
  }

  #close(): void {
    this.#requireOpen('returned');
    this.#isOpen = false;
  }

  #requireOpen(action: string): void {
    if (this.#isOpen) return;
    throw new ScenarioSchemaError(
      `The lease of ${this.schema} cannot be ${action}: it was already returned, and the schema may belong to another ${this.unit}.`,
    );
  }
}
