import type { Knex } from 'knex';
import { Connector } from './connector.js';
import { DirectConnection, type DirectOptions } from './direct-connection.js';
import { FailoverMonitor } from './failover.js';
import { isStaleStatement, TransactionAbortedError } from './errors.js';
import { Pinger } from './ping.js';
import { Pool, type PoolUsage } from './pool.js';
import { poolMetrics } from './pool-metrics.js';
import { markDisposed, runQuery, type PreparedStatement, type QueryContext, type Statement } from './query.js';
import type { DatabaseOptions } from './database-options.js';
import type { PoolSettings, Reconfiguration } from './reconfiguration.js';
import { retryOnConnectionLoss } from './retry.js';
import { RetiredPools } from './retired-pools.js';
import { inspectSession, type SessionFacts } from './session-check.js';
import type { SessionSettings } from './settings.js';

export type { DatabaseOptions } from './database-options.js';

/** The pool or a transaction; models accept either. */
export type Connection = Knex | Knex.Transaction;

/** A transaction on the pool. */
export type Transaction = Knex.Transaction;

/** Time beyond the statement timeout for sending the response and acquiring a connection. */
const marginMs = 500;
/** How long requests may keep using the former pool after a failover, in milliseconds. */
const failoverGraceMs = 1_000;

/** The connection pool of one app on one schema. Connections are opened on first use. */
export class Database {
  readonly schema: string | undefined;
  readonly #connector: Connector;
  readonly #pinger: Pinger;
  readonly #failover: FailoverMonitor;
  readonly #retired: RetiredPools;
  readonly #direct = new Set<DirectConnection>();
  #pool: Pool;
  #settings: PoolSettings;
  #watch: QueryContext;
  readonly #meter;

  /** @throws {DatabaseUrlError} if the URL is malformed */
  constructor(private readonly options: DatabaseOptions) {
    const { log } = options;
    this.schema = options.schema;
    this.#settings = options;
    this.#connector = new Connector(options.url, options.env);
    this.#retired = new RetiredPools(log);
    this.#failover = new FailoverMonitor({
      log,
      renew: () => {
        this.#renew();
      },
      isWritable: async () => !(await this.inspect()).isReadOnly,
    });
    this.#meter = poolMetrics(options.metrics, () => this.usage);
    this.#watch = this.#watchFor(options);
    this.#pool = this.#open(options, this.#watch);
    const pingName = `${options.applicationName ?? 'rollcall'} ping`;
    this.#pinger = new Pinger(() =>
      this.#connector.open({ ...this.#session(this.#settings), applicationName: pingName }),
    );
  }

  /** Usage of the current pool. */
  get usage(): PoolUsage {
    return this.#pool.usage();
  }

  /** The current pool. Read it once per operation, since a configuration change replaces the pool. */
  get knex(): Knex {
    return this.#pool.knex;
  }

  /**
   * Runs work in a transaction: commits when it resolves, rolls back when it rejects. If the connection is lost before the
   * work has begun, retries once on another connection.
   * @throws what the work threw, or a database error (see `classifyDatabaseError`)
   */
  async transaction<T>(work: (trx: Transaction) => Promise<T>): Promise<T> {
    let failure: { readonly error: unknown } | undefined;
    let begun = false;
    const attempt = (): Promise<T> =>
      this.knex.transaction(async (trx) => {
        // Knex calls this even if BEGIN failed; it rejects with that error itself.
        if (trx.isCompleted()) throw new TransactionAbortedError();
        begun = true;
        try {
          return await work(trx);
        } catch (error) {
          failure = { error };
          throw error;
        }
      });
    try {
      return await this.#retried(attempt, () => !begun);
    } catch (error) {
      // If ROLLBACK fails too, knex reports that error instead of the cause.
      throw failure === undefined ? error : failure.error;
    }
  }

  /**
   * Runs a frequent read as a named prepared statement. Retries once if the connection was lost.
   * @param values for the placeholders `$1`, `$2`, …
   */
  async prepared<Row>(statement: PreparedStatement, values: readonly unknown[]): Promise<Row[]> {
    return this.#retried(async () => {
      const pool = this.#pool;
      const acquired = await pool.acquire();
      const { connection } = acquired;
      const run = async (which: Statement): Promise<Row[]> =>
        (await runQuery(connection, which, this.#watch)).rows as Row[];
      try {
        return await run({ ...statement, values });
      } catch (error) {
        if (!isStaleStatement(error)) throw error;
        markDisposed(connection, 'a prepared statement is stale');
        return await run({ text: statement.text, values });
      } finally {
        pool.release(acquired);
      }
    });
  }

  /** Runs reads. If the connection was lost, all of them are retried once, so `work` must not write. */
  async read<T>(work: (db: Connection) => Promise<T>): Promise<T> {
    return this.#retried(() => work(this.knex));
  }

  /**
   * Checks whether the server responds, on a connection outside of the pool; never throws.
   * @param timeoutMs includes connecting, in milliseconds
   */
  ping(timeoutMs: number): Promise<boolean> {
    return this.#pinger.ping(timeoutMs);
  }

  /**
   * Opens a connection outside of the pool, which can receive notifications and never waits for a free slot.
   * @throws a database error if it cannot be opened
   */
  async direct(options: DirectOptions): Promise<DirectConnection> {
    const { schema, applicationName, log } = this.options;
    const { onReadOnly } = this.#watch;
    const connect = (session: SessionSettings): ReturnType<Connector['open']> => this.#connector.open(session);
    const opened = await DirectConnection.open({ connect, schema, applicationName, log, onReadOnly }, options);
    this.#direct.add(opened);
    opened.onEnd(() => this.#direct.delete(opened));
    return opened;
  }

  /**
   * Opens a session outside of the pool and inspects it. Used at startup, before the pool.
   * @throws {ConnectionRejectedError} if the server, or a pooler in front of it, cannot be used; otherwise a database error
   */
  inspect(): Promise<SessionFacts> {
    return inspectSession(this.#connector, this.#session(this.#settings));
  }

  /**
   * Opens a pool with new settings and runs one query on it.
   * @throws a database error if the query fails or times out; the current pool is unchanged
   */
  async prepareReconfigure(next: PoolSettings): Promise<Reconfiguration> {
    const watch = this.#watchFor(next);
    const pool = this.#open(next, watch);
    try {
      await pool.probe();
    } catch (error) {
      // Not awaited, since a connection that is still being opened would delay it.
      this.#retired.add(pool, 0);
      throw error;
    }
    let former: { readonly pool: Pool; readonly watch: QueryContext; readonly settings: PoolSettings } | undefined;
    return {
      commit: () => {
        former = { pool: this.#pool, watch: this.#watch, settings: this.#settings };
        this.#activate(pool, watch, next);
        this.#retired.add(former.pool, former.settings.statementTimeoutMs + marginMs);
      },
      undo: async () => {
        if (former === undefined) return pool.close(0);
        // Undone after the commit: the former pool can be restored unless it has been closed.
        if (!this.#retired.recall(former.pool)) return;
        this.#activate(former.pool, former.watch, former.settings);
        this.#retired.add(pool, next.statementTimeoutMs + marginMs);
      },
    };
  }

  /** Closes the pool after running work has finished; waits no longer than the statement timeout. */
  async close(): Promise<void> {
    const graceMs = this.#settings.statementTimeoutMs + marginMs;
    this.#failover.close();
    await Promise.all([this.#pinger.close(), this.#pool.close(graceMs), this.#retired.close(graceMs)]);
  }

  #activate(pool: Pool, watch: QueryContext, settings: PoolSettings): void {
    this.#pool = pool;
    this.#watch = watch;
    this.#settings = settings;
  }

  /** Replaces all connections; new ones are opened as needed. */
  #renew(): void {
    const former = this.#pool;
    this.#pool = this.#open(this.#settings, this.#watch);
    this.#retired.add(former, failoverGraceMs, this.#settings.statementTimeoutMs + marginMs);
    for (const connection of this.#direct) connection.destroy('the database was read-only');
    this.#pinger.renew();
  }

  #retried<T>(work: () => Promise<T>, mayRepeat?: () => boolean): Promise<T> {
    const { statementTimeoutMs } = this.#settings;
    // After half of the time available for a response, a retry would not finish in time.
    return retryOnConnectionLoss(
      work,
      statementTimeoutMs === 0 ? Infinity : (statementTimeoutMs + marginMs) / 2,
      mayRepeat,
    );
  }

  #session({ statementTimeoutMs }: PoolSettings): SessionSettings {
    const { schema, applicationName } = this.options;
    return { schema, applicationName, statementTimeoutMs };
  }

  #watchFor({ statementTimeoutMs, slowQueryMs }: PoolSettings): QueryContext {
    const { log, tracing } = this.options;
    const onReadOnly = (): void => {
      this.#failover.onReadOnly();
    };
    return { statementTimeoutMs, slowQueryMs, log, tracing, meter: this.#meter, onReadOnly };
  }

  #open(settings: PoolSettings, watch: QueryContext): Pool {
    const session = this.#session(settings);
    return new Pool({
      connect: () => this.#connector.open(session),
      connectTimeoutMs: this.#connector.maxConnectMs(session),
      size: settings.pool,
      idleTimeoutMs: this.options.idleTimeoutMs ?? 30 * 60_000,
      maxLifetimeMs: this.options.maxLifetimeMs ?? 60 * 60_000,
      watch,
      log: this.options.log,
    });
  }
}
