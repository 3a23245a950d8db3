import pg from 'pg';

/** Matches the start of statements that do not change session state, unless they call a function that does. */
const plain = /^\s*(?:select|insert|update|delete|with|begin|commit|rollback|savepoint|release|set\s+local)\b/i;

/** Exceptions that may change session state: a second statement, and built-in functions and views. */
const exceptions = /;\s*\S|\bset_config\b|\bpg_settings\b|\btemp(?:orary)?\b|\bpg_temp/i;

/** Words of functions that change the state of their session. */
const functionWords = String.raw`\m(set_config|pg_settings|listen|prepare|temp|temporary|discard|with\s+hold)\M|(^|[;'$]|\mbegin|\mthen|\melse|\mloop)\s*(re)?set\M`;

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

  /**
   * @param isActive whether statements are all that can change the state
   */
  constructor(private readonly isActive: boolean) {}

  /** Notes a statement; one without a text may do anything. */
  record(client: object, text: string | undefined): void {
    if (text === undefined || !plain.test(text) || exceptions.test(text)) this.#unchanged.delete(client);
  }

  /** Remembers a client whose session was inspected and has the state that it should have. */
  markUnchanged(client: object | undefined, pid: number): void {
    if (this.isActive && client !== undefined) this.#unchanged.set(client, pid);
  }

  /** The process of the session of a client that has not changed its state; undefined for another client. */
  unchangedPid(client: object | undefined): number | undefined {
    return client === undefined ? undefined : this.#unchanged.get(client);
  }
}
