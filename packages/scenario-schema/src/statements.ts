import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import { OpenConnections } from './open-connections.js';
import { replaceMethod } from './replace-method.js';
import type { SessionChanges } from './session-changes.js';

/** A statement that this process has sent, and that changes more than rows. */
interface Statement {
  readonly text: string;
  readonly stack: Error;
}

/** Statements that can leave something behind. */
const pattern =
  /\b(?:create|alter|drop|grant|revoke)\b|\bcomment\s+on\b|\blo_|\bpg_(?:create|copy|drop|replication|advisory|try_advisory|terminate)_|\bprepare\s+transaction\b|\bselect\b[^;]*\binto\b|\b(?:update|insert\s+into|delete\s+from)\s+(?:pg_catalog\.)?"?pg_/i;

/** The subset that creates or changes objects, including direct writes to a catalog. */
const definitions = /\b(?:create|alter|drop|grant|revoke|comment)\b|\b(?:update|into|from)\s+(?:pg_catalog\.)?"?pg_/i;

/** How many statements are remembered. */
const capacity = 500;

/** Patterns of statements on server-wide objects; the name follows. Such an object may belong to another client, so they are strict. */
const beginnings: Readonly<Record<string, string>> = {
  role: String.raw`\b(?:create|alter|drop|comment\s+on)\s+(?:role|user|group)\s+(?:if\s+exists\s+)?`,
  membership: String.raw`\b(?:grant|revoke|create|alter|drop)\b.*`,
  database: String.raw`\b(?:create|alter|drop|(?:grant|revoke|comment)\b.*\bon)\s+database\s+(?:if\s+exists\s+)?`,
  privileges: String.raw`\b(?:grant|revoke)\b.*\bparameter\b.*`,
  'replication slot': String.raw`\bpg_(?:create|copy|drop)_\w*slot\b.*`,
  'replication origin': String.raw`\bpg_replication_origin_(?:create|drop)\b.*`,
  'prepared transaction': String.raw`\bprepare\s+transaction\s+'`,
  cast: String.raw`\b(?:create|drop)\s+cast\b`,
  transform: String.raw`\b(?:create|drop)\s+(?:or\s+replace\s+)?transform\b`,
  'advisory lock': String.raw`\bpg_(?:try_)?advisory_lock`,
  'default privileges': String.raw`\balter\s+default\s+privileges\b`,
  tablespace: String.raw`\b(?:create|alter|drop)\s+tablespace\s+(?:if\s+exists\s+)?`,
  'system setting': String.raw`\balter\s+system\s+(?:re)?set\s+`,
};

/** Kinds of objects without a name that a statement would contain. */
const nameless: ReadonlySet<string> = new Set(['cast', 'transform', 'default privileges', 'advisory lock']);

/** Kinds whose statements PostgreSQL does not run inside of a function or a transaction. */
const isNeverBuilt = (kind: string): boolean => ['database', 'tablespace', 'system setting'].includes(kind);

/** Whether a statement names an object of a kind. */
const names = (text: string, kind: string, name: string): boolean => {
  if (nameless.has(kind)) return new RegExp(beginnings[kind] ?? '', 'is').test(text);
  if (name === '') return false;
  const escaped = name.replaceAll(/\W/g, String.raw`\$&`);
  return new RegExp(`${beginnings[kind] ?? ''}(?<![\\w$])"?${escaped}(?![\\w$])`, 'is').test(text);
};

const textOf = (query: unknown): string | undefined => {
  if (typeof query === 'string') return query;
  const { text } = (query ?? {}) as { readonly text?: unknown };
  return typeof text === 'string' ? text : undefined;
};

const valuesOf = (query: unknown, values: unknown): readonly unknown[] => {
  const found = typeof query === 'object' ? (query as { readonly values?: unknown } | null)?.values : values;
  return Array.isArray(found) ? found : Array.isArray(values) ? values : [];
};

/** A literal: with backslash escapes, other quotes, or dollar quotes. */
const literal = String.raw`(?:E'(?:[^'\\]|\\.|'')*'|(?:U&)?'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\2\$)`;

const passwordPattern = new RegExp(String.raw`(\bpassword\s*)${literal}`, 'gi');

/** SQL without the passwords of roles and the hashes of them. */
export const withoutPasswords = (sql: string): string => sql.replaceAll(passwordPattern, `$1'…'`);

/** A statement for a message: one line without passwords. */
export const shortened = (text: string): string => {
  const line = withoutPasswords(text).replaceAll(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
};

/** The nearest frame outside of libraries and of the kit. */
const placeOf = ({ stack = '' }: Error): string | undefined =>
  stack
    .split('\n')
    .slice(1)
    .map((line) => /(?:\(|\bat (?:async )?)((?:file:\/\/)?\/[^()]*:\d+):\d+\)?$/.exec(line)?.[1])
    .find((place) => place !== undefined && !/node_modules|[\\/]scenario-schema[\\/](?:src|dist)[\\/]/.test(place));

/**
 * The statements that this process sends through `pg`. Roles, databases and settings of a server are visible to all workers; who
 * has changed one is known only from its statements.
 */
export class Statements {
  #statements: Statement[] = [];
  #undo: (() => void) | undefined;
  readonly #connections = new OpenConnections();
  readonly #call = new AsyncLocalStorage<{ readonly text: string | undefined; readonly stack: Error }>();

  /**
   * @param ignored connections of the kit
   */
  constructor(
    private readonly ignored: ReadonlySet<unknown>,
    private readonly changes: SessionChanges,
  ) {
    this.#follow();
  }

  /** Remembers a statement. */
  record(client: object, query: unknown, values?: unknown): void {
    if (this.ignored.has(client)) return;
    const text = textOf(query);
    this.changes.record(client, text, valuesOf(query, values));
    if (text === undefined || !pattern.test(text)) return;
    const call = this.#call.getStore();
    this.#statements.push({ text, stack: call?.text === text ? call.stack : new Error('statement') });
    if (this.#statements.length > capacity) this.#statements.shift();
  }

  /** The last statement that mentions all names, with its place; or one with dynamic SQL (`EXECUTE`), such as a `DO` block. */
  find(kind: string, ...mentioned: readonly string[]): string | undefined {
    const mentions = ({ text }: Statement): boolean => mentioned.every((name) => names(text, kind, name));
    const mayBuild = ({ text }: Statement): boolean =>
      !isNeverBuilt(kind) &&
      /\bexecute\b(?!\s+on\b)/i.test(text) &&
      text.toLowerCase().includes(kind.split(' ')[0] ?? kind);
    const found = this.#statements.findLast(mentions) ?? this.#statements.findLast(mayBuild);
    if (found === undefined) return undefined;
    const place = placeOf(found.stack);
    return `${shortened(found.text)}${place === undefined ? '' : ` at ${place.replace('file://', '')}`}`;
  }

  /** Whether a statement since the last `clear()` may have changed PostgreSQL's own schemas. */
  get mayHaveChangedSystem(): boolean {
    return this.#statements.some(({ text }) => definitions.test(text));
  }

  /** Forgets the statements of the scenarios so far. */
  clear(): void {
    this.#statements = [];
  }

  /** Stops recording. */
  stop(): void {
    this.#undo?.();
  }

  /** Called before sessions are ended. */
  ignoreLostConnections(): void {
    this.#connections.ignoreErrors();
  }

  /** Follows all clients and pools of `pg`. */
  #follow(): void {
    let isActive = true;
    const undo = [
      replaceMethod(pg.Client.prototype, 'query', (client, args, callOriginal) => {
        if (isActive) this.record(client, args[0], args[1]);
        return callOriginal();
      }),
      // A pool sends a statement later; only this call knows its place.
      replaceMethod(pg.Pool.prototype, 'query', (_, args, callOriginal) =>
        isActive
          ? this.#call.run({ text: textOf(args[0]), stack: new Error('statement') }, callOriginal)
          : callOriginal(),
      ),
    ];
    this.#undo = () => {
      isActive = false;
      this.#connections.stop();
      for (const putBack of undo) putBack();
    };
  }
}
