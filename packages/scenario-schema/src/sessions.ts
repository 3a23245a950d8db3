import { isLostConnection, type Leak } from './errors.js';
import type { Session } from './schema/functions.js';
import type { SessionChanges } from './session-changes.js';
import { shortened } from './statements.js';

/** A connection that stays open between scenarios. */
export interface KeptSession {
  query(sql: string): Promise<{ readonly rows: readonly unknown[] }>;
  /** Called when the kit has inspected the session. */
  release(): unknown;
  /** Its client of `pg`. With it, the session is inspected only if a statement may have changed its state. */
  readonly client?: object;
}

/** Something that stays with a schema for the scenarios that lease it, such as a pool of connections. */
export interface Kept<T> {
  readonly value: T;
  /** Its idle connections. The kit inspects their state and names what a scenario has changed. */
  sessions(): Promise<readonly KeptSession[]>;
  close(): Promise<unknown>;
  /** Whether the scenario no longer uses it; the kit waits for this before it empties the schema. Absent means yes. */
  isIdle?(): boolean;
  /** Whether the next scenario may use it; absent means yes. */
  isReusable?(): boolean;
  /** Whether another session belongs to it, by its application_name; absent means no. */
  owns?(applicationName: string): boolean;
}

/** The process of a session, and all of its state that could affect a query of another scenario. */
export interface SessionState {
  readonly pid: number;
  readonly state: readonly string[];
}

/**
 * Inspects connections and releases them. A connection in a failed transaction cannot be inspected, and a lost one has
 * no state that could affect the next scenario.
 * @param baseline the state that sessions begin with; with it, sessions whose state cannot differ from it are skipped
 */
export const inspectSessions = async (
  sessions: readonly KeptSession[],
  kit: string,
  changes: SessionChanges,
  baseline?: ReadonlySet<string>,
): Promise<(SessionState | null)[]> => {
  const inspect = async (session: KeptSession): Promise<(SessionState | null)[]> => {
    const pid = changes.unchangedPid(session.client);
    if (baseline !== undefined && pid !== undefined) return [{ pid, state: [...baseline] }];
    const count = changes.count(session.client);
    const { rows } = await session.query(changes.inspectionSql(kit));
    const found = rows[0] as SessionState | undefined;
    if (baseline !== undefined && found !== undefined && isEqual(found.state, baseline)) {
      changes.markUnchanged(session.client, found.pid, count);
    }
    return [found ?? null];
  };
  const states = await Promise.all(
    sessions.map((session) => inspect(session).catch((error: unknown) => (isLostConnection(error) ? [] : [null]))),
  );
  // A pool hands out the connection that was released last, so the connection that is used most stays the first one.
  for (const session of sessions.toReversed()) session.release();
  return states.flat();
};

const isEqual = (state: readonly string[], baseline: ReadonlySet<string>): boolean =>
  state.length === baseline.size && state.every((entry) => baseline.has(entry));

/** The changes that a scenario made in the sessions that stay open. */
export const sessionStateLeaks = (baseline: ReadonlySet<string>, states: readonly (SessionState | null)[]): Leak[] => {
  const messages = new Set<string>();
  for (const session of states) {
    if (session === null) {
      messages.add('a session that stays open and cannot be inspected (for example, in a failed transaction)');
      continue;
    }
    const state = new Set(session.state);
    for (const entry of state) if (!baseline.has(entry)) messages.add(`${entry} in a session that stays open`);
    for (const entry of baseline) {
      const [name = ''] = entry.split(' = ');
      if (![...state].some((other) => other.startsWith(name))) {
        messages.add(`${name} reset in a session that stays open`);
      }
    }
  }
  return [...messages].map((message) => ({ kind: 'session state', message }));
};

/** Leaves out the sessions of the other schemas of this process. */
export const ownSessions = (
  schema: string,
  sessions: readonly Session[] | null,
  schemas: readonly string[],
): readonly Session[] => {
  const others = schemas.filter((other) => other !== schema);
  return (sessions ?? []).filter(
    ({ application }) => !others.some((other) => application === other || application.startsWith(`${other} `)),
  );
};

/** Describes a client, with its last statement unless the kit sent it. */
export const clientText = (application: string, query: string): string => {
  const isOwn = query === '' || query.includes('.session_state(');
  return `client "${application}"${isOwn ? '' : ` (last statement: ${shortened(query)})`}`;
};

/** Open transactions, running statements, advisory locks, and connections that were not closed. */
export const sessionLeaks = (sessions: readonly Session[] | null, isKept: (session: Session) => boolean): Leak[] =>
  (sessions ?? []).flatMap((session) => {
    const { application, state, query, locks } = session;
    const client = clientText(application, query);
    const leaks: Leak[] = [];
    if (state.startsWith('idle in transaction')) {
      leaks.push({ kind: 'transaction', message: `open transaction of ${client}` });
    } else if (state !== 'idle' && state !== 'disabled') {
      leaks.push({ kind: 'statement', message: `running statement of ${client}` });
    }
    for (const key of locks ?? []) {
      leaks.push({ kind: 'advisory lock', message: `advisory lock ${key} held by ${client}` });
    }
    if (leaks.length === 0 && !isKept(session)) {
      leaks.push({ kind: 'session', message: `open connection of ${client}` });
    }
    return leaks;
  });
