import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { LogCapture } from '../observability/log-capture.js';
import { waitUntil } from '../wait-until.js';
import { auditedActionsSql, emptySchemaSql } from './functions.js';
import { LeasedDatabase } from './leased-database.js';
import { quoted } from './names.js';
import type { CleanState, SchemaPool } from './pool.js';

/** What a scenario left behind, in sentences; the schema was thrown away. */
export class LeakError extends Error {
  override readonly name = 'LeakError';

  constructor(readonly leaks: readonly string[]) {
    super(`the scenario left behind: ${leaks.join('; ')}`);
  }
}

/** The state of a returned schema. */
interface SchemaState {
  readonly rows: number;
  readonly seed: string;
  readonly signature: string;
  readonly open: number;
  readonly busy: number;
  readonly locks: number;
}

/** What was in a schema that was emptied. */
interface Emptied {
  readonly actions: readonly string[];
}

/** How long work and sessions that are on their way out may take, in milliseconds. */
const timeoutMs = 3_000;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const reasonOf = (error: unknown): string => {
  const isLocked = error instanceof Error && 'code' in error && (error.code === '55P03' || error.code === '40P01');
  return isLocked ? 'rows or tables that are locked' : `a schema that cannot be emptied (${messageOf(error)})`;
};

/** One schema, lent to one scenario. */
export class Lease {
  #database: LeasedDatabase | undefined;
  #isolationMs = 0;
  #actions: readonly string[] = [];

  constructor(
    private readonly pool: SchemaPool,
    readonly schema: string,
    /** Null for a schema that is used once. */
    private readonly clean: CleanState | null,
  ) {}

  /** How long it took to acquire and to release this lease, in milliseconds. */
  get isolationMs(): number {
    return this.#isolationMs;
  }

  /** The actions in the audit log at the end of the scenario; available after the schema was returned. */
  get actions(): readonly string[] {
    return this.#actions;
  }

  /** Called by the pool when a scenario takes the lease. */
  begin(tookMs: number): void {
    this.#isolationMs = tookMs;
  }

  /** The pool of connections, on this schema only; one is open. */
  async openDatabase(log: LogCapture): Promise<LeasedDatabase> {
    if (this.#database === undefined) {
      const { url, settings } = this.pool.options;
      this.#database = new LeasedDatabase({ url, schema: this.schema, settings });
      await this.#database.knex.raw('SELECT 1');
    }
    this.#database.beginFor(log);
    return this.#database;
  }

  /** Closes a pool that the scenario has changed or closed, with all that it still holds open. */
  async dropAlteredDatabase(): Promise<void> {
    if (this.#database?.isReusable === false) await this.#closeDatabase();
  }

  /** Number of sessions of the kept pool. */
  get #ownSessions(): number {
    const { used, free } = this.#database?.usage ?? { used: 0, free: 0 };
    return used + free;
  }

  /**
   * Gives the schema back after a scenario that passed: emptied, verified, and free for the next.
   * @throws {LeakError} when something is left; the schema is thrown away then
   */
  async release(): Promise<void> {
    const startedMs = performance.now();
    try {
      const leaks = this.clean === null ? await this.#dropUsed() : await this.#cleanUp(this.clean);
      if (leaks.length === 0) return;
      await this.discard();
      throw new LeakError(leaks);
    } finally {
      this.#isolationMs += performance.now() - startedMs;
    }
  }

  /** Ends every session of the schema and drops it. */
  async discard(): Promise<void> {
    await this.pool.client.query(
      `SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
       WHERE datname = current_database() AND starts_with(application_name || ' ', $1)`,
      [`${this.schema} `],
    );
    // A pool with an open transaction would never be closed.
    await Promise.race([this.#closeDatabase(), pause(timeoutMs, undefined, { ref: false })]);
    this.#database = undefined;
    await this.#drop();
  }

  /** After a failed scenario: drops the schema, or keeps it for inspection if the run is configured so. */
  async abandon(): Promise<{ readonly kept: boolean }> {
    if (!this.pool.options.keepFailed) {
      await this.discard();
      return { kept: false };
    }
    await this.#closeDatabase();
    return { kept: true };
  }

  /** The database that the schema is in. */
  get url(): string {
    return this.pool.options.url;
  }

  /** A URL to inspect the schema. */
  get psqlUrl(): string {
    const url = new URL(this.pool.options.url);
    url.searchParams.set('options', `-c search_path=${this.schema}`);
    return url.href.replaceAll('+', '%20');
  }

  async #cleanUp(clean: CleanState): Promise<string[]> {
    const idle = await this.#settle();
    if (idle.length > 0) return idle;
    await this.dropAlteredDatabase();
    let state: SchemaState;
    try {
      state = await this.#emptyAndInspect(clean.seed);
      // A session that the scenario has just closed may take a moment to go.
      if (this.#sessionLeaks(state).length > 0) {
        await waitUntil(
          'sessions end',
          async () => this.#sessionLeaks((state = await this.#inspect())).length === 0,
          timeoutMs,
        ).catch(() => undefined);
      }
    } catch (error) {
      await this.pool.client.query('ROLLBACK');
      return [reasonOf(error), ...(await this.#openTransactions())];
    }
    const leaks = this.#sessionLeaks(state);
    if (state.rows > 0) leaks.push(`${String(state.rows)} rows that came back after the schema was emptied`);
    if (state.seed !== clean.seed) leaks.push('seed rows that differ from those of the migrations');
    if (state.signature !== clean.signature) {
      leaks.push('a changed structure (DDL belongs in a scenario tagged @fresh-schema)');
    }
    if (leaks.length === 0) this.pool.putBack(this);
    return leaks;
  }

  /** Waits until the app has finished its work after the last response. */
  async #settle(): Promise<string[]> {
    const database = this.#database;
    if (database?.isReusable !== true) return [];
    const isIdle = (): boolean => database.usage.used + database.usage.pending === 0;
    if (isIdle()) return [];
    await waitUntil('the pool is idle', isIdle, timeoutMs).catch(() => undefined);
    return isIdle() ? [] : [`${String(database.usage.used)} connections of the pool that were not given back`];
  }

  #inspectSql(): string {
    const pool = quoted(this.pool.options.template.poolSchema);
    return `SELECT l.*, s.* FROM ${pool}.${quoted(`inspect_${this.schema}`)}() l,
      ${pool}.sessions(${pg.escapeLiteral(this.schema)}) s`;
  }

  /** One round trip: the schema is emptied and committed, and then inspected in a new transaction. */
  async #emptyAndInspect(seed: string): Promise<SchemaState> {
    const sql = `${emptySchemaSql(this.pool.options.template, this.schema, seed)};\n${this.#inspectSql()}`;
    const results = (await this.pool.client.query(sql)) as unknown as pg.QueryResult<SchemaState & Emptied>[];
    this.#actions = results.find(({ rows }) => rows[0]?.actions)?.rows[0]?.actions ?? [];
    return onlyRow(results.at(-1));
  }

  async #inspect(): Promise<SchemaState> {
    return onlyRow(await this.pool.client.query<SchemaState>(this.#inspectSql()));
  }

  #sessionLeaks({ open, busy, locks }: Pick<SchemaState, 'open' | 'busy' | 'locks'>): string[] {
    const leaks: string[] = [];
    if (busy > 0) leaks.push(`${String(busy)} sessions in a transaction or a statement`);
    if (locks > 0) leaks.push(`${String(locks)} advisory locks`);
    const foreign = open - this.#ownSessions;
    if (foreign > 0) leaks.push(`${String(foreign)} sessions that were not closed`);
    return leaks;
  }

  async #openTransactions(): Promise<string[]> {
    const pool = quoted(this.pool.options.template.poolSchema);
    const { rows } = await this.pool.client.query<SchemaState>(`SELECT * FROM ${pool}.sessions($1)`, [this.schema]);
    return rows[0] === undefined ? [] : this.#sessionLeaks(rows[0]);
  }

  async #dropUsed(): Promise<string[]> {
    const leaks = await this.#settle();
    await this.#closeDatabase();
    await waitUntil('sessions end', async () => (await this.#openTransactions()).length === 0, timeoutMs).catch(
      () => undefined,
    );
    leaks.push(...(await this.#openTransactions()));
    const sql = `SELECT ${auditedActionsSql(this.pool.options.template, this.schema)} AS actions`;
    this.#actions = (await this.pool.client.query<Emptied>(sql)).rows[0]?.actions ?? [];
    if (leaks.length === 0) await this.#drop();
    return leaks;
  }

  async #drop(): Promise<void> {
    const { template } = this.pool.options;
    const pool = quoted(template.poolSchema);
    const functions = ['empty', 'inspect'].map((name) => `${pool}.${quoted(`${name}_${this.schema}`)}`).join(', ');
    await this.pool.client.query(
      `DROP SCHEMA IF EXISTS ${quoted(this.schema)} CASCADE; ${this.clean === null ? '' : `DROP FUNCTION IF EXISTS ${functions};`}`,
    );
  }

  async #closeDatabase(): Promise<void> {
    await this.#database?.close();
    this.#database = undefined;
  }
}

const onlyRow = (result: pg.QueryResult<SchemaState> | undefined): SchemaState => {
  const row = result?.rows[0];
  if (row === undefined) throw new Error('the database returned no row for the schema');
  return row;
};
