import { createRequire } from 'node:module';
import knexFactory, { type Knex } from 'knex';
import type pg from 'pg';
import type { Logger } from '../observability/logger.js';
import { DatabaseConnectionError, isServerError, PoolExhaustedError, QueryTimeoutError } from './errors.js';
import { closeConnection, runQuery, destroyConnection, type PgConnection, type QueryContext } from './query.js';

/** How one pool is made. */
export interface PoolOptions {
  readonly connect: () => Promise<PgConnection>;
  /** How long `connect` may take, in milliseconds. */
  readonly connectTimeoutMs: number;
  readonly size: { readonly min: number; readonly max: number };
  readonly idleTimeoutMs: number;
  readonly maxLifetimeMs: number;
  readonly watch: QueryContext;
  readonly log: Logger;
}

/** How full a pool is. */
export interface PoolUsage {
  readonly used: number;
  readonly free: number;
  readonly pending: number;
  readonly max: number;
}

/** How long a probe may take, in milliseconds: other changes of the configuration wait for it. */
const probeMs = 1500;

/** The part of knex's pool (tarn) that is used here. */
interface Tarn {
  readonly destroyed: boolean;
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
  on(event: 'createFail', handler: (id: number, error: Error) => void): void;
  on(event: 'createSuccess', handler: () => void): void;
}

/** A query as knex hands it to its dialect. */
interface KnexQuery {
  readonly sql: string;
  readonly bindings?: readonly unknown[];
  readonly options?: { readonly name?: string };
  response?: pg.QueryResult;
}

/** The parts of knex's PostgreSQL dialect that its types leave out. */
interface Dialect {
  pool: Tarn | undefined;
  acquireConnection(): Promise<PgConnection>;
  releaseConnection(connection: PgConnection): Promise<void>;
  acquireRawConnection(): Promise<PgConnection>;
  destroyRawConnection(connection: PgConnection): Promise<void>;
  _query(connection: PgConnection, query: KnexQuery): Promise<KnexQuery>;
}
type DialectClass = new (config: Knex.Config) => Dialect;

const postgresDialect = createRequire(import.meta.url)('knex/lib/dialects/postgres/index.js') as DialectClass;

/** One knex instance with a pool of its own. */
export class Pool {
  readonly knex: Knex;
  readonly #open = new Set<PgConnection>();
  /** When connecting began to fail; null while it works. */
  #failingSinceMs: number | null = null;

  constructor(private readonly options: PoolOptions) {
    this.knex = knexFactory({
      client: this.#dialect() as unknown as typeof Knex.Client,
      connection: {},
      // Spares a round trip on the first connection; nothing here differs between supported versions.
      version: '15',
      acquireConnectionTimeout: options.watch.statementTimeoutMs === 0 ? 60_000 : options.watch.statementTimeoutMs,
      // Values never become part of an error message.
      compileSqlOnError: false,
      pool: {
        min: options.size.min,
        max: options.size.max,
        idleTimeoutMillis: options.idleTimeoutMs,
        maxConnectionLifetimeMillis: options.maxLifetimeMs,
        // So that connections opened together do not all end together.
        maxConnectionLifetimeJitterMillis: Math.round(options.maxLifetimeMs / 10),
        createTimeoutMillis: options.connectTimeoutMs + 500,
      },
      log: this.#knexLog(),
    });
    this.#watchReachability();
  }

  /** Takes a connection for one statement outside of knex; give it back with `release`. */
  acquire(): Promise<PgConnection> {
    return this.#client.acquireConnection();
  }

  /** Gives a connection back. */
  release(connection: PgConnection): void {
    void this.#client.releaseConnection(connection);
  }

  /**
   * Asks the server once over the pool.
   * @throws a fault of the database when it answers with one, or not soon
   */
  async probe(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new QueryTimeoutError(probeMs));
      }, probeMs);
    });
    try {
      await Promise.race([this.knex.raw('SELECT 1'), tooLong]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** How full the pool is now. */
  usage(): PoolUsage {
    const tarn = this.#client.pool;
    return {
      used: tarn?.numUsed() ?? 0,
      free: tarn?.numFree() ?? 0,
      pending: tarn?.numPendingAcquires() ?? 0,
      max: this.options.size.max,
    };
  }

  /**
   * Closes the pool after its running work.
   * @param graceMs how long the work is waited for; what still runs then is cut off
   */
  async close(graceMs: number): Promise<void> {
    const timer = setTimeout(() => {
      this.options.log.warn(
        { event: 'database.connections_cut', connections: this.#open.size },
        'database connections terminated at shutdown',
      );
      for (const connection of this.#open) destroyConnection(connection, 'closed');
    }, graceMs);
    try {
      await this.knex.destroy();
    } finally {
      clearTimeout(timer);
    }
  }

  get #client(): Dialect {
    return this.knex.client as Dialect;
  }

  /** Knex's PostgreSQL dialect with our connections and queries. Transactions copy its prototype: no field of an instance is used. */
  #dialect(): DialectClass {
    const { connect, watch } = this.options;
    const connections = this.#open;
    return class extends postgresDialect {
      override async acquireConnection(): Promise<PgConnection> {
        // A closing pool would let the caller wait for the whole timeout.
        if (this.pool === undefined || this.pool.destroyed) throw new DatabaseConnectionError('the pool is closed');
        try {
          return await super.acquireConnection();
        } catch (error) {
          // Knex would hang the values of the query on its own timeout error.
          if (error instanceof knexFactory.KnexTimeoutError) throw new PoolExhaustedError();
          if (isServerError(error) || error instanceof DatabaseConnectionError) throw error;
          throw new DatabaseConnectionError('could not get a connection from the pool', error);
        }
      }

      override async acquireRawConnection(): Promise<PgConnection> {
        const connection = await connect();
        connections.add(connection);
        connection.once('end', () => connections.delete(connection));
        return connection;
      }

      override destroyRawConnection(connection: PgConnection): Promise<void> {
        return closeConnection(connection);
      }

      override async _query(connection: PgConnection, query: KnexQuery): Promise<KnexQuery> {
        const { sql, bindings = [], options } = query;
        query.response = await runQuery(connection, { text: sql, values: bindings, ...options }, watch);
        return query;
      }
    };
  }

  /** Knex's own words go to debug: what matters of them is logged here or by whoever gets the error. */
  #knexLog(): NonNullable<Knex.Config['log']> {
    const note = (message: unknown): void => {
      this.options.log.debug({ event: 'database.driver_message', source: 'knex' }, String(message));
    };
    return { debug: note, warn: note, error: note, deprecate: note };
  }

  /** Logs the loss and the return of the server once each, not once for each request. */
  #watchReachability(): void {
    this.#client.pool?.on('createFail', (_id, error) => {
      if (this.#failingSinceMs === null) {
        this.options.log.warn({ event: 'database.unreachable', reason: error.message }, 'database unreachable');
      }
      this.#failingSinceMs ??= performance.now();
    });
    this.#client.pool?.on('createSuccess', () => {
      if (this.#failingSinceMs === null) return;
      const outageMs = Math.round(performance.now() - this.#failingSinceMs);
      this.options.log.info({ event: 'database.reachable', outage_ms: outageMs }, 'database reachable again');
      this.#failingSinceMs = null;
    });
  }
}
