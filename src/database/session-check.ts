import { isLoopbackAddress } from '../ip-address.js';
import type { Connector } from './connector.js';
import { ConnectionRejectedError, isServerError } from './errors.js';
import { closeConnection, destroyConnection, type PgConnection } from './query.js';
import { requiredSettings, type SessionSettings } from './settings.js';

/** Facts about a new session. */
export interface SessionFacts {
  /** Whether a pooler is in between: the backend PID differs from the one announced at connection startup. */
  readonly isPooled: boolean;
  /** True on a standby, or with `default_transaction_read_only`. */
  readonly isReadOnly: boolean;
  /** Settings that were requested but did not take effect. */
  readonly lostSettings: readonly string[];
  /** Whether the connection crosses a network without encryption. */
  readonly isExposed: boolean;
}

/** Not encrypted, and neither a Unix socket nor a loopback address. */
const isExposed = ({ connection: { stream } }: PgConnection): boolean => {
  const { remoteAddress } = stream as { readonly remoteAddress?: string };
  return !('encrypted' in stream) && remoteAddress !== undefined && !isLoopbackAddress(remoteAddress);
};

const factsSql = `
  SELECT pg_backend_pid() AS pid, current_setting('transaction_read_only')::boolean AS "isReadOnly",
    (SELECT json_object_agg(lower(name), setting) FROM pg_settings WHERE lower(name) = ANY ($1)) AS settings`;

interface FactsRow {
  readonly pid: number;
  readonly isReadOnly: boolean;
  readonly settings: Readonly<Record<string, string>>;
}

/** Reads the facts about a new connection. */
const readSession = async (connection: PgConnection, session: SessionSettings): Promise<SessionFacts> => {
  const wanted = requiredSettings(session);
  const { rows } = await connection.query<FactsRow>(factsSql, [wanted.map(([name]) => name.toLowerCase())]);
  const [facts] = rows;
  if (facts === undefined) throw new Error('the server returned no row');
  const { processID } = connection as { readonly processID?: number | null };
  return {
    isPooled: processID !== facts.pid,
    isReadOnly: facts.isReadOnly,
    lostSettings: wanted
      .filter(([name, value]) => facts.settings[name.toLowerCase()] !== value)
      .map(([name]) => name.toLowerCase()),
    isExposed: isExposed(connection),
  };
};

/** How often the PIDs of two connections are compared; other clients of the pooler may interfere. */
const rounds = 5;

/** How long to wait for a second session, in milliseconds: in session mode with one server connection, none is granted. */
const secondSessionTimeoutMs = 2_000;

const backendOf = async (connection: PgConnection): Promise<number> =>
  (await connection.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? 0;

/** The backend PID of a connection; null if it does not respond in time, and the connection is then destroyed. */
const backendWithTimeout = async (connection: PgConnection): Promise<number | null> => {
  const state = { isLate: false };
  const timer = setTimeout(() => {
    state.isLate = true;
    destroyConnection(connection, 'no response in time');
  }, secondSessionTimeoutMs);
  try {
    return await backendOf(connection);
  } catch (error) {
    if (state.isLate) return null;
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Whether each of two sessions has a dedicated backend. A pooler in transaction mode assigns the backend that was released
 * last, or the one idle longest: then the sessions share one, or the backend of one of them changes.
 */
const hasOwnBackend = async (one: PgConnection, other: PgConnection): Promise<boolean> => {
  const own = await backendOf(one);
  const second = await backendWithTimeout(other);
  if (second === null) return (await backendOf(one)) === own;
  if (second === own) return false;
  for (let round = 0; round < rounds; round += 1) {
    for (const connection of [one, one, other, other]) {
      if ((await backendOf(connection)) !== (connection === one ? own : second)) return false;
    }
  }
  return true;
};

const rejection =
  'the database is behind a connection pooler in transaction or statement mode, in which sessions lose their settings ' +
  'and locks; use pool_mode = session, or connect to PostgreSQL directly';

/**
 * Checks that a pooler gives each connection its own session.
 * @throws {ConnectionRejectedError} when it does not
 */
const requireDedicatedSessions = async (open: () => Promise<PgConnection>): Promise<void> => {
  const one = await open();
  let other: PgConnection | undefined;
  try {
    // In statement mode, a pooler rejects the first statement of a transaction.
    await one.query('BEGIN');
    await one.query('ROLLBACK');
    other = await open();
    if (!(await hasOwnBackend(one, other))) throw new ConnectionRejectedError(rejection);
  } catch (error) {
    if (isServerError(error) && /transaction blocks? not allowed/i.test(error.message)) {
      throw new ConnectionRejectedError(rejection, error);
    }
    throw error;
  } finally {
    const opened = other === undefined ? [one] : [one, other];
    await Promise.all(opened.map((connection) => closeConnection(connection).catch(() => undefined)));
  }
};

const factsOf = async (open: () => Promise<PgConnection>, session: SessionSettings): Promise<SessionFacts> => {
  const connection = await open();
  try {
    return await readSession(connection, session);
  } finally {
    await closeConnection(connection).catch(() => undefined);
  }
};

/**
 * Opens a session and checks that it is usable: it has a dedicated backend, and its settings take effect. If a pooler drops
 * the settings, later sessions set them after connecting.
 * @throws {ConnectionRejectedError} if the pooler shares sessions, or settings do not take effect
 */
export const inspectSession = async (connector: Connector, session: SessionSettings): Promise<SessionFacts> => {
  const open = (): Promise<PgConnection> => connector.open(session);
  const facts = await factsOf(open, session);
  if (facts.isPooled) await requireDedicatedSessions(open);
  if (facts.lostSettings.length === 0) return facts;
  connector.setsAfterConnect = true;
  const { lostSettings } = await factsOf(open, session);
  if (lostSettings.length === 0) return facts;
  throw new ConnectionRejectedError(
    `the settings ${lostSettings.join(', ')} do not take effect: connect to PostgreSQL without a pooler in between`,
  );
};
