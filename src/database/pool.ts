import knexFactory, { type Knex } from 'knex';
import type { Logger } from '../observability/logger.js';
import { QueryTimeoutError } from './errors.js';
import { clientOf, knexClient, type KnexConnection } from './knex-connection.js';
import { destroyConnection, type PgConnection, type QueryContext } from './query.js';

/** Options for `Pool`. */
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

/** Number of connections in use, unused and requested. */
export interface PoolUsage {
  readonly used: number;
  readonly free: number;
  readonly pending: number;
  readonly max: number;
}

/** Timeout of a probe, in milliseconds; configuration changes wait for it. */
const probeMs = 1500;

/** A knex instance with its own pool. */
export class Pool {
  readonly knex: Knex;
  readonly #open = new Set<PgConnection>();
  /** When connecting began to fail; null if the last attempt succeeded. */
  #failingSinceMs: number | null = null;

  constructor(private readonly options: PoolOptions) {
    this.knex = knexFactory({
      client: knexClient(options.connect, this.#open, options.watch),
      connection: {},
      // Saves a round trip on the first connection; supported versions make no difference to knex.
      version: '15',
      acquireConnectionTimeout: options.watch.statementTimeoutMs === 0 ? 60_000 : options.watch.statementTimeoutMs,
      // Keeps values out of error messages.
      compileSqlOnError: false,
      pool: {
        min: options.size.min,
        max: options.size.max,
        idleTimeoutMillis: options.idleTimeoutMs,
        maxConnectionLifetimeMillis: options.maxLifetimeMs,
        // Connections that were opened together must not all expire together.
        maxConnectionLifetimeJitterMillis: Math.round(options.maxLifetimeMs / 10),
        createTimeoutMillis: options.connectTimeoutMs + 500,
      },
      log: this.#knexLog(),
    });
    this.#watchReachability();
  }

  /** Acquires a connection for one statement that bypasses knex; call `release` afterwards. */
  acquire(): Promise<KnexConnection> {
    return clientOf(this.knex).acquireConnection();
  }

  /** Returns a connection to the pool. */
  release(connection: KnexConnection): void {
    void clientOf(this.knex).releaseConnection(connection);
  }

  /**
   * Runs one query through the pool.
   * @throws a database error when it fails or times out
   */
  async probe(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timedOut = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new QueryTimeoutError(probeMs));
      }, probeMs);
    });
    try {
      await Promise.race([this.knex.raw('SELECT 1'), timedOut]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The current usage. */
  usage(): PoolUsage {
    const tarn = clientOf(this.knex).pool;
    return {
      used: tarn?.numUsed() ?? 0,
      free: tarn?.numFree() ?? 0,
      pending: tarn?.numPendingAcquires() ?? 0,
      max: this.options.size.max,
    };
  }

  /**
   * Closes the pool after running statements have finished.
   * @param graceMs connections that are still in use after this time are terminated
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

  /** Knex messages are logged at level debug, since callers handle the errors. */
  #knexLog(): NonNullable<Knex.Config['log']> {
    const write = (message: unknown): void => {
      this.options.log.debug({ event: 'database.driver_message', source: 'knex' }, String(message));
    };
    return { debug: write, warn: write, error: write, deprecate: write };
  }

  /** Logs once when the database becomes unreachable and once when it is reachable again. */
  #watchReachability(): void {
    clientOf(this.knex).pool?.on('createFail', (_id, error) => {
      if (this.#failingSinceMs === null) {
        this.options.log.warn({ event: 'database.unreachable', reason: error.message }, 'database unreachable');
      }
      this.#failingSinceMs ??= performance.now();
    });
    clientOf(this.knex).pool?.on('createSuccess', () => {
      if (this.#failingSinceMs === null) return;
      const outageMs = Math.round(performance.now() - this.#failingSinceMs);
      this.options.log.info({ event: 'database.reachable', outage_ms: outageMs }, 'database reachable again');
      this.#failingSinceMs = null;
    });
  }
}
