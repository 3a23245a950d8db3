import { settle, type Override, type PendingChange } from '../../config/override-state.js';
import { Database, type Connection } from '../../database/database.js';
import { findRunningServer } from '../../database/embedded-server.js';
import { classifyDatabaseError, connectionRejection } from '../../database/classify-error.js';
import { DatabaseUrlError, maskDatabaseUrl } from '../../database/url.js';
import type { Settings } from '../../config/schema/schema.js';
import type { ConfigSnapshot } from '../../config/reload/config-snapshot.js';
import { readOverrideState } from '../../models/config/config-override-state.js';
import { createLogger } from '../../observability/logger.js';
import { Metrics } from '../../observability/metrics.js';
import type { ProcessEnvironment } from '../../server/process/environment.js';
import { isMissingSchema } from '../with-database.js';
import { dataDirOf, readValidDirectory } from './directory.js';
import { paintOf } from '../terminal.js';

/** The result of a query, or why the database could not be reached. */
export type QueryResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Time limit of the query, in milliseconds. */
const timeoutMs = 2_000;

const reasonOf = (error: unknown, url: string, env: ProcessEnvironment['env']): string | null => {
  if (error instanceof DatabaseUrlError) return error.message;
  const rejection = connectionRejection(error);
  if (rejection !== null) return `the database refuses the connection: ${maskDatabaseUrl(url, env)}: ${rejection}`;
  if (isMissingSchema(error)) return 'the database schema is out of date; run `rollcall migrate up`';
  return classifyDatabaseError(error) === null ? null : `the database does not respond: ${maskDatabaseUrl(url, env)}`;
};

/**
 * Uses the database of a configuration if it is reachable. Never starts an embedded server: it is used only while a
 * service is running it.
 */
export const useDatabase = async <T>(
  environment: ProcessEnvironment,
  settings: Settings,
  work: (db: Database) => Promise<T>,
): Promise<QueryResult<T>> => {
  const configured = settings.database.url;
  const url = configured ?? (await findRunningServer(dataDirOf(environment)));
  const env = configured === null ? {} : environment.env;
  if (url === null) return { ok: false, reason: 'database.url is not set, and no embedded database is running' };
  const timing = { statementTimeoutMs: timeoutMs, slowQueryMs: timeoutMs };
  const parts = { log: createLogger('silent'), metrics: new Metrics(), applicationName: 'rollcall command' };
  let db: Database | undefined;
  try {
    db = new Database({ url, env, pool: { min: 0, max: 1 }, ...timing, ...parts });
    return { ok: true, value: await work(db) };
  } catch (error) {
    const reason = reasonOf(error, url, env);
    if (reason === null) throw error;
    return { ok: false, reason };
  } finally {
    await db?.close();
  }
};

/** Queries the database of a configuration if it is reachable. */
export const queryDatabase = <T>(
  environment: ProcessEnvironment,
  { settings }: ConfigSnapshot,
  look: (db: Connection) => Promise<T>,
): Promise<QueryResult<T>> => useDatabase(environment, settings, (db) => db.read(look));

/** The snapshot that a start would use, and the overrides in it. */
export interface ActiveSnapshot {
  readonly snapshot: ConfigSnapshot;
  readonly overrides: readonly Override[];
  /** The change that is reverted unless it is confirmed. */
  readonly pending: PendingChange | null;
}

/**
 * The snapshot that a start of the service would use. If its database is not reachable, a note on standard error says that
 * overrides would not be shown.
 * @throws {CommandError} exit 2 with one line per error
 */
export const readActiveSnapshot = async (environment: ProcessEnvironment): Promise<ActiveSnapshot> => {
  const { snapshot } = readValidDirectory(environment);
  const asked = await queryDatabase(environment, snapshot, readOverrideState);
  if (asked.ok) {
    const { overrides, pending } = settle(asked.value.overrides, asked.value.now).state;
    return { snapshot: readValidDirectory(environment, overrides).snapshot, overrides, pending };
  }
  if (snapshot.settings.database.url !== null) {
    const note = `overrides would not be shown: ${asked.reason}`;
    environment.stderr.write(`${paintOf(environment, environment.stderr)('warning', note)}\n`);
  }
  return { snapshot, overrides: [], pending: null };
};
