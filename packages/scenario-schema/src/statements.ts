import pg from 'pg';
import type { SessionChanges } from './session-changes.js';

/** A statement that this process has sent, and that changes more than rows. */
interface Statement {
  readonly text: string;
  readonly stack: Error;
}

/** Statements that can leave something behind. */
const pattern = /\b(?:create|alter|drop|grant|revoke|reset|comment)\b|\blo_|\bselect\b[^;]*\binto\b/i;

/** How many statements are remembered. */
const capacity = 500;

/** Patterns of statements on server-wide objects; the name follows. Such an object may belong to another client, so they are strict. */
const beginnings: Readonly<Record<string, string>> = {
  role: String.raw`\b(?:create|alter|drop)\s+(?:role|user|group)\s+(?:if\s+exists\s+)?`,
  membership: String.raw`\b(?:grant|revoke|create|alter|drop)\b.*`,
  database: String.raw`\b(?:create|alter|drop)\s+database\s+(?:if\s+exists\s+)?`,
  tablespace: String.raw`\b(?:create|alter|drop)\s+tablespace\s+(?:if\s+exists\s+)?`,
  'system setting': String.raw`\balter\s+system\s+(?:re)?set\s+`,
};

/** Kinds whose statements PostgreSQL does not run inside of a function or a transaction. */
const isNeverBuilt = (kind: string): boolean => ['database', 'tablespace', 'system setting'].includes(kind);

/** Whether a statement names an object of a kind. */
const names = (text: string, kind: string, name: string): boolean => {
  const escaped = name.replaceAll(/\W/g, String.raw`\$&`);
  return new RegExp(`${beginnings[kind] ?? ''}(?<![\\w$])"?${escaped}(?![\\w$])`, 'is').test(text);
};

const textOf = (query: unknown): string | undefined => {
  if (typeof query === 'string') return query;
  const { text } = (query ?? {}) as { readonly text?: unknown };
  return typeof text === 'string' ? text : undefined;
};

const shortened = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
};

/** The nearest frame outside of libraries and of the kit. */
const placeOf = ({ stack = '' }: Error): string | undefined =>
  stack
    .split('\n')
    .slice(1)
    .map((line) => /\(?((?:file:\/\/)?\/[^()]*:\d+):\d+\)?$/.exec(line)?.[1])
    .find((place) => place !== undefined && !/node_modules|[\\/]scenario-schema[\\/](?:src|dist)[\\/]/.test(place));

/**
 * The statements that this process sends through `pg`. Roles, databases and settings of a server are visible to all workers; who
 * has changed one is known only from its statements.
 */
export class Statements {
  #statements: Statement[] = [];
  #undo: (() => void) | undefined;

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
  record(client: object, query: unknown): void {
    if (this.ignored.has(client)) return;
    const text = textOf(query);
    this.changes.record(client, text);
    if (text === undefined || !pattern.test(text)) return;
    this.#statements.push({ text, stack: new Error('statement') });
    if (this.#statements.length > capacity) this.#statements.shift();
  }

  /** The last statement that mentions a name, with its place; or one with dynamic SQL (`EXECUTE`), such as a `DO` block. */
  find(kind: string, name: string): string | undefined {
    const mentions = ({ text }: Statement): boolean => names(text, kind, name);
    const mayBuild = ({ text }: Statement): boolean =>
      !isNeverBuilt(kind) && /\bexecute\b/i.test(text) && text.toLowerCase().includes(kind.split(' ')[0] ?? kind);
    const found = this.#statements.findLast(mentions) ?? this.#statements.findLast(mayBuild);
    if (found === undefined) return undefined;
    const place = placeOf(found.stack);
    return `${shortened(found.text)}${place === undefined ? '' : ` at ${place.replace('file://', '')}`}`;
  }

  /** Forgets the statements of the scenarios so far. */
  clear(): void {
    this.#statements = [];
  }

  /** Stops recording. */
  stop(): void {
    this.#undo?.();
  }

  /** Follows all clients of `pg`. */
  #follow(): void {
    const { prototype } = pg.Client;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the client below
    const original = prototype.query as (this: unknown, ...args: unknown[]) => unknown;
    let isActive = true;
    const record = (client: object, query: unknown): void => {
      if (isActive) this.record(client, query);
    };
    const followed = function (this: object, ...args: unknown[]) {
      record(this, args[0]);
      return original.apply(this, args);
    } as typeof prototype.query;
    prototype.query = followed;
    this.#undo = () => {
      isActive = false;
      // Others may have replaced the method since.
      if (prototype.query === followed) prototype.query = original as typeof prototype.query;
    };
  }
}
