import type pg from 'pg';
import { allSettled } from './all-settled.js';
import type { Blueprint } from './blueprint.js';
import { createSchema, sessionSettings, type MigrationContext } from './create-schema.js';
import { firstRow } from './connection.js';
import { queryAndEmpty, rowLeaks, type Observed, type State } from './empty.js';
import { isLocked, messageOf, type Leak } from './errors.js';
import type { Cleaned, Lease } from './lease.js';
import type { KeptState, LeasedSchema } from './leased-schema.js';
import { findLockHolders, lockLeaks } from './lock-holders.js';
import { quoted } from './names.js';
import type { OwnConnection } from './own-connection.js';
import {
  currentSignatureSql,
  dropLeaseFunctionsSql,
  emptySql,
  leaseFunctionsSql,
  sessionsSql,
  type EmptiedState,
  type Session,
} from './schema/functions.js';
import { readCatalogOids } from './schema/signature.js';
import { structureLeaks } from './schema/snapshot.js';
import { ownSessions, sessionLeaks, sessionStateLeaks } from './sessions.js';
import type { Surroundings } from './surroundings.js';
import { terminateSessions } from './terminate.js';

/** Timeout for connections that are closing and for running statements, in milliseconds. */
const settleMs = 3_000;

/** The shortest timeout for connections that are closing, when a scenario has used up the longer one. */
const minSettleMs = 200;

/** The longest time an idle connection takes to close, in milliseconds; one that stays longer may have written something. */
const closingMs = 20;

/** Maximum wait for a lock that the scenario does not hold, in milliseconds. */
const lockedMs = 10_000;

/** A schema that is being cleaned. */
interface Cleaning {
  readonly leased: LeasedSchema;
  readonly lease: Lease;
  /** When to stop waiting for connections that are closing and for running statements, by `performance.now()`. */
  readonly settledBy: number;
  /** The rows of the last query, once the schema has been emptied. */
  rows?: readonly unknown[];
}

/** Creates, empties, verifies and drops schemas. Its methods must not overlap. */
export class Worker {
  constructor(
    private readonly connection: OwnConnection,
    /** Reads what emptying a schema does not change while the other connection empties it. */
    private readonly observer: OwnConnection,
    private readonly blueprint: Blueprint,
    private readonly context: MigrationContext,
    private readonly surroundings: Surroundings,
    private readonly lastQuery: ((schema: string) => string) | undefined,
    /** Whether the database is that of this process only, so that every session in it is one of its scenarios. */
    private readonly isAlone: boolean,
    /** Names of all schemas of this process, leased or free. */
    private readonly others: () => readonly string[],
  ) {}

  private get client(): pg.Client {
    return this.connection.client;
  }

  /** Creates a schema. */
  async create(leased: LeasedSchema, isReused: boolean): Promise<void> {
    await createSchema(this.client, leased.url, this.blueprint, leased.schema, this.context);
    if (isReused) await this.#prepare(leased);
  }

  /** Empties and verifies a schema, and returns what was left behind. */
  async clean(leased: LeasedSchema, lease: Lease): Promise<Cleaned> {
    const settledBy = performance.now() + settleMs;
    await leased.settle(settledBy);
    await leased.closeUnusable(settledBy);
    try {
      return await this.#cleanUnlocked({ leased, lease, settledBy });
    } finally {
      this.surroundings.forgetStatements();
    }
  }

  /** Cleans a schema, and waits for locks that the scenario does not hold. */
  async #cleanUnlocked(cleaning: Cleaning): Promise<Cleaned> {
    const { leased, lease } = cleaning;
    const deadline = performance.now() + lockedMs;
    for (;;) {
      try {
        return await this.#clean(cleaning);
      } catch (error) {
        // The last query may contain BEGIN.
        await this.client.query('ROLLBACK');
        const leaks = await this.#reasons(leased, lease);
        // A prepared transaction has no session.
        if (leaks.length === 0 && isLocked(error)) leaks.push(...(await this.surroundings.restore()));
        // The scenario does not hold the lock: PostgreSQL or another worker does, and will release it.
        if (leaks.length === 0 && isLocked(error) && performance.now() < deadline) continue;
        if (leaks.length === 0) {
          leaks.push({ kind: 'schema', message: `a schema that cannot be emptied (${messageOf(error)})` });
        }
        await this.#endSessions(leased);
        leaks.push(...(await this.surroundings.restore()));
        return { leaks, rows: [] };
      }
    }
  }

  async #clean(cleaning: Cleaning): Promise<Cleaned> {
    const { leased, lease, settledBy } = cleaning;
    const [first, kept] = await allSettled([this.#emptyAndInspect(cleaning), leased.inspect()]);
    const { leaks, mayHaveWritten } = await this.#sessionLeaks(leased, kept, first.sessions, settledBy);
    const state = mayHaveWritten && leaks.length === 0 ? await this.#emptyAndInspect(cleaning) : first;
    if (leased.signature !== null) leaks.push(...(await this.#contentLeaks(leased, state)));
    else if (!lease.allowsStructureChanges) leaks.push(...(await this.#structureLeaks(leased)));
    if (leaks.length > 0) await this.#endSessions(leased);
    if (await this.surroundings.isChanged(state.surroundings)) leaks.push(...(await this.surroundings.restore()));
    return { leaks, rows: cleaning.rows ?? [] };
  }

  /** Ends every session of a schema, removes what its scenario left elsewhere, and drops it unless it is kept. */
  async drop(leased: LeasedSchema, keep: boolean): Promise<void> {
    await this.#endSessions(leased);
    await leased.close();
    if (await this.surroundings.isChanged(await this.surroundings.currentHash())) await this.surroundings.restore();
    this.surroundings.forgetStatements();
    if (keep) return;
    if (leased.signature !== null) await this.client.query(dropLeaseFunctionsSql(this.blueprint.kit, leased.schema));
    const deadline = performance.now() + lockedMs;
    for (;;) {
      try {
        await this.client.query(`DROP SCHEMA IF EXISTS ${quoted(leased.schema)} CASCADE`);
        return;
      } catch (error) {
        // Wait for clients that only read.
        if (!isLocked(error) || performance.now() >= deadline) throw error;
      }
    }
  }

  /** Prepares a schema for reuse. */
  async #prepare(leased: LeasedSchema): Promise<void> {
    const oids = await readCatalogOids(this.client, leased.schema);
    await this.client.query(leaseFunctionsSql(this.blueprint, leased.schema, oids));
    const select = `SELECT ${currentSignatureSql(this.blueprint.kit, leased.schema)} AS signature`;
    leased.signature = firstRow(await this.client.query<{ signature: string }>(select)).signature;
  }

  /** Empties a schema, and inspects it at the same time. */
  async #emptyAndInspect(cleaning: Cleaning): Promise<State> {
    const { schema, signature } = cleaning.leased;
    const own = signature === null ? `''` : currentSignatureSql(this.blueprint.kit, schema);
    const [state, observed] = await allSettled([
      this.#empty(cleaning),
      this.observer.client.query<Observed>(
        `SELECT ${own} AS signature, ${this.surroundings.hashFunction}() AS surroundings`,
      ),
    ]);
    return { ...state, ...firstRow(observed) };
  }

  /** Sends the last query, unless it was answered before, and empties the schema. */
  async #empty(cleaning: Cleaning): Promise<EmptiedState> {
    const { leased, lease } = cleaning;
    const { kit } = this.blueprint;
    const sessions = `${sessionsSql(kit, leased.schema, this.isAlone, leased.unlockedPids())} AS sessions`;
    const select =
      leased.signature === null
        ? `SELECT 0 AS rows, '' AS seed, ${sessions}`
        : `SELECT e.*, ${sessions} FROM ${emptySql(kit, leased.schema)} e`;
    const query = cleaning.rows === undefined ? this.lastQuery?.(leased.schema) : undefined;
    const { state, rows } = await queryAndEmpty(this.client, { query, mayFail: lease.allowsStructureChanges }, select);
    cleaning.rows ??= rows;
    return state;
  }

  async #sessions({ schema }: LeasedSchema): Promise<readonly Session[]> {
    const select = `SELECT ${sessionsSql(this.blueprint.kit, schema, this.isAlone)} AS sessions`;
    const { sessions } = firstRow(await this.client.query<{ sessions: readonly Session[] | null }>(select));
    return ownSessions(schema, sessions, this.others());
  }

  /**
   * Waits for connections that are closing and for running statements, which may have written into the emptied schema.
   * @param settledBy when to give up, by `performance.now()`, but not before a connection has had time to close
   */
  async #sessionLeaks(
    leased: LeasedSchema,
    kept: readonly KeptState[],
    sessions: readonly Session[] | null,
    settledBy: number,
  ): Promise<{ readonly leaks: Leak[]; readonly mayHaveWritten: boolean }> {
    const pids = new Set(kept.flatMap(({ states }) => states.map((session) => session?.pid)));
    const isKept = (session: Session): boolean => pids.has(session.pid) || leased.owns(session.application);
    const leaks = kept.flatMap(({ baseline, states }) => sessionStateLeaks(baseline, states));
    let open = sessionLeaks(ownSessions(leased.schema, sessions, this.others()), isKept);
    const startedMs = performance.now();
    const deadline = Math.max(settledBy, startedMs + minSettleMs);
    let isActive = false;
    while (open.length > 0 && performance.now() < deadline) {
      isActive ||= open.some(({ kind }) => kind !== 'session');
      await new Promise((resolve) => setTimeout(resolve, 1));
      open = sessionLeaks(await this.#sessions(leased), isKept);
    }
    const mayHaveWritten = isActive || performance.now() > startedMs + closingMs;
    return { leaks: [...leaks, ...open.map((leak) => this.surroundings.withLockStatement(leak))], mayHaveWritten };
  }

  async #contentLeaks(leased: LeasedSchema, state: State): Promise<Leak[]> {
    const leaks = state.signature === leased.signature ? [] : await this.#structureLeaks(leased);
    if (leaks.length > 0) return leaks;
    // TRUNCATE and REFRESH MATERIALIZED VIEW change the catalog, but not the structure.
    if (state.signature !== leased.signature) await this.#prepare(leased);
    return rowLeaks(state, this.blueprint);
  }

  async #structureLeaks({ schema }: LeasedSchema): Promise<Leak[]> {
    const statementOn = (object: string): string | undefined => this.surroundings.statementOn(object);
    return structureLeaks(this.client, schema, this.blueprint.snapshot, statementOn);
  }

  /** Why a schema could not be emptied: a lock of a session, or a structure that has changed. */
  async #reasons(leased: LeasedSchema, lease: Lease): Promise<Leak[]> {
    const kept = await leased.inspect().catch(() => []);
    const sessions = await this.#sessions(leased);
    const { leaks } = await this.#sessionLeaks(leased, kept, sessions, performance.now() + settleMs);
    const isOther = ({ pid }: { readonly pid: number }): boolean => !sessions.some((session) => session.pid === pid);
    leaks.push(...lockLeaks((await findLockHolders(this.client, leased.schema)).filter(isOther)));
    if (!lease.allowsStructureChanges) leaks.push(...(await this.#structureLeaks(leased).catch(() => [])));
    return leaks;
  }

  async #endSessions(leased: LeasedSchema): Promise<void> {
    const sessions = [...(await this.#sessions(leased)), ...(await findLockHolders(this.client, leased.schema))];
    const pids = sessions.map(({ pid }) => pid);
    if (pids.length > 0) {
      this.surroundings.ignoreLostConnections();
      await terminateSessions(this.client, pids);
    }
    await this.client.query(sessionSettings);
  }
}
