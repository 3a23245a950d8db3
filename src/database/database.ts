import type { Knex } from 'knex';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import { DirectConnection, type DirectOptions } from './direct-connection.js';
import type { Tracing } from '../observability/tracing/tracing.js';
import { classifyFault } from './faults.js';
import { isStaleStatement, TransactionAbortedError } from './failures.js';
import { Pinger } from './ping.js';
import { Pool, type PoolUsage } from './pool.js';
import { observePool } from './pool-metrics.js';
import { dispose, runQuery, type PreparedStatement, type QueryWatch, type Statement } from './query.js';
import type { PoolSettings, Reconfiguration } from './reconfiguration.js';
import { clientSettings } from './settings.js';

export type { PoolSettings, Reconfiguration } from './reconfiguration.js';

/** What a model takes: the pool or a transaction. */
export type Connection = Knex | Knex.Transaction;

/** A transaction. */
export type Transaction = Knex.Transaction;

/** What a database is made of. */
export interface DatabaseOptions extends PoolSettings {
  /** postgres://user:password@host:port/database */
  readonly url: string;
  /** The only schema on the search path; the server's default path when absent. */
  readonly schema?: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing?: Tracing;
  /** Shown in pg_stat_activity; default rollcall. */
  readonly applicationName?: string;
  /** How long an unused connection above `pool.min` is kept, in milliseconds; default 30 minutes. */
  readonly idleTimeoutMs?: number;
  /** How long a connection is used, in milliseconds; default 1 hour. */
  readonly maxLifetimeMs?: number;
}

/** What an answer may take beyond the statement timeout: sending, and the hand-over of connections. */
const marginMs = 500;
/** A read that loses its connection is tried once more. */
const maxAttempts = 2;

/** The pool of one app on one schema. Nothing is opened until it is used, and nothing waits for the server. */
export class Database {
  readonly schema: string | undefined;
  readonly #pinger: Pinger;
  readonly #retired = new Map<Pool, NodeJS.Timeout>();
  #pool: Pool;
  #settings: PoolSettings;
  #watch: QueryWatch;
  readonly #onSlowQuery: () => void;

  /** @throws {DatabaseUrlError} when the URL is malformed */
  constructor(private readonly options: DatabaseOptions) {
    this.schema = options.schema;
    this.#settings = options;
    this.#onSlowQuery = observePool(options.metrics, () => this.usage);
    this.#watch = this.#watchFor(options);
    this.#pool = this.#open(options, this.#watch);
    this.#pinger = new Pinger({
      ...this.#client(options),
      application_name: `${options.applicationName ?? 'rollcall'} ping`,
    });
  }

  /** How full the pool in force is now. */
  get usage(): PoolUsage {
    return this.#pool.usage();
  }

  /** The pool in force. Take it once per operation: a live change replaces it. */
  get knex(): Knex {
    return this.#pool.knex;
  }

  /**
   * Runs work in a transaction: committed when it resolves, rolled back when it rejects. When the connection turns out
   * to be lost before the work has begun, another one is tried once.
   * @throws what the work threw; a fault of the database otherwise (see `classifyFault`)
   */
  async transaction<T>(work: (trx: Transaction) => Promise<T>): Promise<T> {
    let failure: { readonly error: unknown } | undefined;
    let begun = false;
    const attempt = (): Promise<T> =>
      this.knex.transaction(async (trx) => {
        // Knex calls this even when BEGIN failed; it rejects with the reason by itself.
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
      // When the ROLLBACK fails too, knex reports that instead of the cause.
      throw failure === undefined ? error : failure.error;
    }
  }

  /**
   * Runs a hot read as a named prepared statement; once more when the connection was lost.
   * @param values for the placeholders `$1`, `$2`, …
   */
  async prepared<Row>(statement: PreparedStatement, values: readonly unknown[]): Promise<Row[]> {
    return this.#retried(async () => {
      const pool = this.#pool;
      const connection = await pool.acquire();
      const run = async (which: Statement): Promise<Row[]> =>
        (await runQuery(connection, which, this.#watch)).rows as Row[];
      try {
        return await run({ ...statement, values });
      } catch (error) {
        if (!isStaleStatement(error)) throw error;
        dispose(connection, 'a prepared statement is stale');
        return await run({ text: statement.text, values });
      } finally {
        pool.release(connection);
      }
    });
  }

  /** Runs reads; once more, from the start, when the connection was lost. Never give it a write. */
  async read<T>(work: (db: Connection) => Promise<T>): Promise<T> {
    return this.#retried(() => work(this.knex));
  }

  /**
   * Whether the server answers, asked on a connection outside of the pool; never throws.
   * @param timeoutMs how long the answer is waited for, in milliseconds
   */
  ping(timeoutMs: number): Promise<boolean> {
    return this.#pinger.ping(timeoutMs);
  }

  /**
   * Opens a connection outside of the pool: nothing holds it up, and notifications arrive on it.
   * @throws a fault of the database when it cannot be opened
   */
  direct(options: DirectOptions): Promise<DirectConnection> {
    return DirectConnection.open(this.options, options);
  }

  /**
   * Opens a pool with new settings and asks the server over it once.
   * @throws a fault of the database when the probe fails or takes too long; nothing has changed then
   */
  async prepareReconfigure(next: PoolSettings): Promise<Reconfiguration> {
    const watch = this.#watchFor(next);
    const pool = this.#open(next, watch);
    try {
      await pool.probe();
    } catch (error) {
      // Not waited for: a connection that is still being opened holds it up.
      this.#retire(pool, 0);
      throw error;
    }
    let former: { readonly pool: Pool; readonly watch: QueryWatch; readonly settings: PoolSettings } | undefined;
    return {
      commit: () => {
        former = { pool: this.#pool, watch: this.#watch, settings: this.#settings };
        this.#putInForce(pool, watch, next);
        this.#retire(former.pool, former.settings.statementTimeoutMs + marginMs);
      },
      undo: async () => {
        if (former === undefined) return pool.close(0);
        // Committed, and taken back: the former pool is still there unless that took longer than any statement may.
        if (!this.#recall(former.pool)) return;
        this.#putInForce(former.pool, former.watch, former.settings);
        this.#retire(pool, next.statementTimeoutMs + marginMs);
      },
    };
  }

  /** Closes after the running work, for which it waits as long as a statement may take. */
  async close(): Promise<void> {
    const graceMs = this.#settings.statementTimeoutMs + marginMs;
    const retired = [...this.#retired.keys()];
    for (const timer of this.#retired.values()) clearTimeout(timer);
    this.#retired.clear();
    await Promise.all([this.#pinger.close(), ...[this.#pool, ...retired].map((pool) => pool.close(graceMs))]);
  }

  #putInForce(pool: Pool, watch: QueryWatch, settings: PoolSettings): void {
    this.#pool = pool;
    this.#watch = watch;
    this.#settings = settings;
  }

  /** Takes a pool back that was to be closed; false when it is closed already. */
  #recall(pool: Pool): boolean {
    clearTimeout(this.#retired.get(pool));
    return this.#retired.delete(pool);
  }

  /** A request may still hold the old pool and query it again, so it closes only when no such request can be left. */
  #retire(pool: Pool, afterMs: number): void {
    const timer = setTimeout(() => {
      this.#retired.delete(pool);
      pool.close(afterMs).catch((error: unknown) => {
        this.options.log.warn({ err: error }, 'an old database pool did not close');
      });
    }, afterMs);
    timer.unref();
    this.#retired.set(pool, timer);
  }

  async #retried<T>(work: () => Promise<T>, mayRepeat: () => boolean = () => true): Promise<T> {
    const startedAt = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        const { statementTimeoutMs } = this.#settings;
        // Past half of the time that an answer may take, a second try could not end in time.
        const late = statementTimeoutMs > 0 && performance.now() - startedAt > statementTimeoutMs / 2 + marginMs / 2;
        const isLast = attempt === maxAttempts || late || !mayRepeat();
        if (isLast || classifyFault(error) !== 'connection') throw error;
        // One turn of the loop, in which the pool hears of its other connections that broke with this one.
        await new Promise(setImmediate);
      }
    }
  }

  #client({ statementTimeoutMs }: PoolSettings): ReturnType<typeof clientSettings> {
    const { url, schema, applicationName } = this.options;
    return clientSettings(url, { schema, applicationName, statementTimeoutMs });
  }

  #watchFor({ statementTimeoutMs, slowQueryMs }: PoolSettings): QueryWatch {
    const { log, tracing } = this.options;
    return { statementTimeoutMs, slowQueryMs, log, tracing, onSlowQuery: this.#onSlowQuery };
  }

  #open(settings: PoolSettings, watch: QueryWatch): Pool {
    return new Pool({
      client: this.#client(settings),
      size: settings.pool,
      idleTimeoutMs: this.options.idleTimeoutMs ?? 30 * 60_000,
      maxLifetimeMs: this.options.maxLifetimeMs ?? 60 * 60_000,
      watch,
      log: this.options.log,
    });
  }
}
