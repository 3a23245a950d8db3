import pg from 'pg';
import { quoted } from './names.js';

/** Matches the start of statements that do not change session state, unless they call a function that does. */
const plain = /^\s*(?:select|insert|update|delete|with|begin|commit|rollback|savepoint|release|set\s+local)\b/i;

/** Functions of PostgreSQL that change session state. */
const changingFunctions = /\bset_config\b|\bpg_(?:try_)?advisory_lock/i;

/** Other exceptions that may change session state: a second statement, and built-in functions and views. */
const exceptions =
  /;\s*\S|\bset_\w+"?\s*\(|\bu&"|\bpg_settings\b|\btemp(?:orary)?\b|\bpg_temp|\w_to_xml|\bts_(?:stat|rewrite)\b/i;

/** Whether a statement or a parameter, which may be SQL that a function of the database executes, calls one of the functions. */
const callsChangingFunction = (text: unknown): boolean => typeof text === 'string' && changingFunctions.test(text);

/** Statements after which other statements may do something else, such as the definition of a function. */
const definitions = /\b(?:create|alter|do|execute|call)\b/i;

/** Words of expressions that change the state of their session. */
const expressionWords = String.raw`\m(set_config|pg_settings|pg_(try_)?advisory_lock(_shared)?)\M`;

/** Words of functions that change the state of their session. */
const functionWords = String.raw`${expressionWords}|\m(listen|prepare|pg_temp\w*|temp|temporary|discard|with\s+hold)\M|\mexecute\M(?!\s+(format\M|'))|\w_to_xml|(^|[;'$]|\*/|--[^\n]*\n|\mbegin|\mthen|\melse|\mloop)\s*(re)?set\M`;

/** What a database contains that may change the state of sessions. */
export interface DatabaseChanges extends pg.QueryResultRow {
  /** Whether only statements can change it, and nothing that is defined in the database. */
  readonly only: boolean;
  /** Words in its functions and expressions that may be names of custom settings, such as `app.tenant`. */
  readonly names: readonly string[];
}

/**
 * SQL that searches the functions and expressions of a database for what changes the state of sessions. Of the schemas of the kit,
 * it reads only the template: the others are equal, and may be locked by their scenarios.
 */
export const databaseChangesSql = ({
  prefix,
  template,
}: {
  readonly prefix: string;
  readonly template: string;
}): string => `
  WITH namespaces AS (
    SELECT oid FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)'
      AND (nspname = ${pg.escapeLiteral(template)} OR NOT starts_with(nspname, ${pg.escapeLiteral(prefix)}))
  ), functions AS (
    SELECT p.oid, l.lanname AS language, concat_ws(' ', p.prosrc, pg_get_function_sqlbody(p.oid), pg_get_expr(p.proargdefaults, 0)) AS text
    FROM pg_proc p JOIN namespaces n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
    WHERE l.lanname <> 'c' AND p.prokind <> 'a'
  ), relations AS (
    SELECT c.oid FROM pg_class c JOIN namespaces n ON n.oid = c.relnamespace
  ), expressions(text) AS (
    SELECT pg_get_ruledef(r.oid) FROM pg_rewrite r JOIN relations c ON c.oid = r.ev_class
    UNION ALL SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d JOIN relations c ON c.oid = d.adrelid
    UNION ALL SELECT pg_get_constraintdef(o.oid) FROM pg_constraint o JOIN namespaces n ON n.oid = o.connamespace WHERE o.contype = 'c'
    UNION ALL SELECT concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      FROM pg_policy p JOIN relations c ON c.oid = p.polrelid
    UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN relations c ON c.oid = t.tgrelid WHERE t.tgqual IS NOT NULL
    UNION ALL SELECT t.typdefault FROM pg_type t JOIN namespaces n ON n.oid = t.typnamespace
    UNION ALL SELECT concat_ws(' ', a.aggtransfn, a.aggfinalfn, a.aggmtransfn, a.aggmfinalfn)
      FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid JOIN namespaces n ON n.oid = p.pronamespace
  ), changing(text) AS (
    SELECT text FROM functions WHERE language NOT IN ('sql', 'plpgsql') OR text ~* ${pg.escapeLiteral(functionWords)}
    UNION ALL SELECT text FROM expressions WHERE text ~* ${pg.escapeLiteral(expressionWords)}
  )
  SELECT NOT EXISTS (SELECT FROM changing) AS only,
    ARRAY(SELECT DISTINCT lower(m[1]) FROM changing, regexp_matches(text, '([a-z_]\\w*(?:\\.[a-z_]\\w*)+)', 'gi') m) AS names`;

/** Maximum number of names of custom settings that are checked. */
const capacity = 200;

const customName = /[a-z_][\w$]*(?:\.[a-z_][\w$]*)+/gi;

/**
 * Determines, from the statements that clients send, which of them have not changed the state of their session since it
 * was inspected.
 */
export class SessionChanges {
  #unchanged = new WeakMap<object, number>();
  /** The processes of clients when they were first known to be unchanged, and how many statements there were before. */
  readonly #unlocked = new WeakMap<object, { readonly pid: number; readonly count: number }>();
  /** How many statements of each client may have changed its session. */
  readonly #counts = new WeakMap<object, number>();
  /** Possible names of custom settings, which PostgreSQL does not list. */
  readonly #names: Set<string>;
  #inspection: string | undefined;
  readonly #isActive: boolean;
  /** How many statements of any client may have changed what other statements do. */
  #definitions = 0;

  constructor({ only, names }: Pick<DatabaseChanges, 'only' | 'names'>) {
    this.#isActive = only;
    this.#names = new Set(names);
  }

  /**
   * The statement that inspects a session.
   * @param kit the schema of the kit's functions
   */
  inspectionSql(kit: string): string {
    const names = [...this.#names].map((name) => pg.escapeLiteral(name));
    this.#inspection = `SELECT pid, state FROM ${quoted(kit)}.session_state(ARRAY[${names.join(', ')}]::text[])`;
    return this.#inspection;
  }

  /**
   * Records a statement; one without a text may do anything.
   * @param values its parameters
   */
  record(client: object, text: string | undefined, values: readonly unknown[] = []): void {
    if (text !== undefined && text === this.#inspection) return;
    const isPlain = text !== undefined && plain.test(text) && !exceptions.test(text);
    if (isPlain && ![text, ...values].some(callsChangingFunction)) return;
    if (text === undefined || definitions.test(text)) {
      this.#unchanged = new WeakMap();
      this.#definitions++;
    }
    this.#unchanged.delete(client);
    this.#counts.set(client, (this.#counts.get(client) ?? 0) + 1);
    if (text !== undefined && /\bset/i.test(text)) this.#noteNames([text, ...values]);
  }

  #noteNames(texts: readonly unknown[]): void {
    for (const text of texts) {
      if (typeof text !== 'string') continue;
      for (const [name] of text.replaceAll('"', '').matchAll(customName)) {
        if (this.#names.size < capacity) this.#names.add(name.toLowerCase());
      }
    }
  }

  /** How many statements may have changed the session of a client. */
  count(client: object | undefined): number {
    return this.#definitions + ((client && this.#counts.get(client)) ?? 0);
  }

  /**
   * Remembers a client of `pg` whose session was inspected and has the state that it should have.
   * @param count how many statements may have changed it before the inspection
   */
  markUnchanged(client: object | undefined, pid: number, count: number): void {
    if (!this.#isActive || !(client instanceof pg.Client) || this.count(client) !== count) return;
    this.#unchanged.set(client, pid);
    if (!this.#unlocked.has(client)) this.#unlocked.set(client, { pid, count });
  }

  /**
   * The process of a client's session if that cannot hold an advisory lock; undefined otherwise. An inspection does not cover locks,
   * so the result stays undefined once the client has sent a statement that may take one.
   */
  unlockedPid(client: object | undefined): number | undefined {
    const known = client && this.#unlocked.get(client);
    return known?.count === this.count(client) ? known.pid : undefined;
  }

  /** The process of the session of a client that has not changed its state; undefined for another client. */
  unchangedPid(client: object | undefined): number | undefined {
    return client === undefined ? undefined : this.#unchanged.get(client);
  }
}
