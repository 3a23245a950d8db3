import type { StoredRollback } from '../../config/revision-store.js';
import { Database, type Connection } from '../../database/database.js';
import { findRunningEmbedded } from '../../database/embedded/running.js';
import { classifyFault, refusalOfConnection } from '../../database/faults.js';
import { DatabaseUrlError, maskDatabaseUrl } from '../../database/url.js';
import type { Generation } from '../../config/generation.js';
import { ConfigRollback } from '../../models/config-rollback.js';
import { createLogger } from '../../observability/logger.js';
import { Metrics } from '../../observability/metrics.js';
import type { Host } from '../../server/host.js';
import { isMissingSchema } from '../with-database.js';
import { dataDirOf, soundReading } from './place.js';
import { paintOf } from '../terminal.js';

/** What the database answered, or why it did not. */
export type Asked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** How long the database may take, in milliseconds. */
const patienceMs = 2_000;

const reasonOf = (error: unknown, url: string, env: Host['env']): string | null => {
  if (error instanceof DatabaseUrlError) return error.message;
  const refusal = refusalOfConnection(error);
  if (refusal !== null) return `the database refuses the connection: ${maskDatabaseUrl(url, env)}: ${refusal}`;
  if (isMissingSchema(error)) return 'the database schema is out of date; run `rollcall migrate up`';
  return classifyFault(error) === null ? null : `the database does not answer: ${maskDatabaseUrl(url, env)}`;
};

/**
 * Reads from the database of a configuration, if it answers. Nothing is started: an embedded database is read only while a
 * service runs it.
 */
export const askDatabase = async <T>(
  host: Host,
  generation: Generation,
  look: (db: Connection) => Promise<T>,
): Promise<Asked<T>> => {
  const configured = generation.settings.database.url;
  const url = configured ?? (await findRunningEmbedded(dataDirOf(host)));
  const env = configured === null ? {} : host.env;
  if (url === null) return { ok: false, reason: 'no database.url is set, and no embedded database is running' };
  const timing = { statementTimeoutMs: patienceMs, slowQueryMs: patienceMs };
  const parts = { log: createLogger('silent'), metrics: new Metrics(), applicationName: 'rollcall config' };
  let db: Database | undefined;
  try {
    db = new Database({ url, env, pool: { min: 0, max: 1 }, ...timing, ...parts });
    return { ok: true, value: await db.read(look) };
  } catch (error) {
    const reason = reasonOf(error, url, env);
    if (reason === null) throw error;
    return { ok: false, reason };
  } finally {
    await db?.close();
  }
};

/** What a start would use, and the rollback that the database holds; null if none is active. */
export interface Known {
  readonly generation: Generation;
  readonly rollback: StoredRollback | null;
}

/**
 * What the service would use at a start here. If a database is configured and does not answer, a note on standard error says
 * that a rollback would not be shown.
 * @throws {StartError} exit 2 and a line for each fault
 */
export const knownInForce = async (host: Host): Promise<Known> => {
  const { generation } = soundReading(host);
  const asked = await askDatabase(host, generation, (db) => ConfigRollback.inForce(db));
  if (asked.ok) {
    const reading = asked.value === null ? null : soundReading(host, asked.value);
    return reading?.isRolledBack === true
      ? { generation: reading.generation, rollback: asked.value }
      : { generation, rollback: null };
  }
  if (generation.settings.database.url !== null) {
    const note = `a rollback would not be shown: ${asked.reason}`;
    host.stderr.write(`${paintOf(host, host.stderr)('warning', note)}\n`);
  }
  return { generation, rollback: null };
};
