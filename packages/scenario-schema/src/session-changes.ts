import pg from 'pg';

/** Matches the start of statements that do not change session state, unless they call a function that does. */
const plain = /^\s*(?:select|insert|update|delete|with|begin|commit|rollback|savepoint|release|set\s+local)\b/i;

/** Exceptions that may change session state: a second statement, and built-in functions and views. */
const exceptions = /;\s*\S|\bset_\w+\s*\(|\bpg_settings\b|\btemp(?:orary)?\b|\bpg_temp/i;

/** Words of functions that change the state of their session. */
const functionWords = String.raw`\m(set_config|pg_settings|listen|prepare|pg_temp\w*|temp|temporary|discard|with\s+hold)\M|\mexecute\s+(?!\s|format\M|')|(^|[;'$]|\*/|--[^\n]*\n|\mbegin|\mthen|\melse|\mloop)\s*(re)?set\M`;

/** SQL that tells whether only statements can change session state in this database, and no user-defined function. */
export const onlyStatementsSql = (kit: string): string => `
  SELECT NOT EXISTS (
    SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
    WHERE n.nspname !~ '^(pg_|information_schema$)' AND n.nspname <> ${pg.escapeLiteral(kit)} AND l.lanname NOT IN ('internal', 'c')
      AND (l.lanname NOT IN ('sql', 'plpgsql') OR p.prosrc ~* ${pg.escapeLiteral(functionWords)})
  ) AS only`;

/** Knows which clients have not changed the state of their session since it was inspected, by the statements that they send. */
export class SessionChanges {
  readonly #unchanged = new WeakMap<object, number>();
  /** How many statements of each client may have changed its session. */
  readonly #counts = new WeakMap<object, number>();

  /**
   * @param isActive whether statements are all that can change the state
   */
  constructor(private readonly isActive: boolean) {}

  /** Notes a statement; one without a text may do anything. */
  record(client: object, text: string | undefined): void {
    if (text !== undefined && plain.test(text) && !exceptions.test(text)) return;
    this.#unchanged.delete(client);
    this.#counts.set(client, this.count(client) + 1);
  }

  /** How many statements of a client may have changed its session. */
  count(client: object | undefined): number {
    return (client && this.#counts.get(client)) ?? 0;
  }

  /**
   * Remembers a client of `pg` whose session was inspected and has the state that it should have.
   * @param count how many statements may have changed it before the inspection
   */
  markUnchanged(client: object | undefined, pid: number, count: number): void {
    if (this.isActive && client instanceof pg.Client && this.count(client) === count) this.#unchanged.set(client, pid);
  }

  /** The process of the session of a client that has not changed its state; undefined for another client. */
  unchangedPid(client: object | undefined): number | undefined {
    return client === undefined ? undefined : this.#unchanged.get(client);
  }
}
