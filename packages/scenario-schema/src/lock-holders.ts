import type pg from 'pg';
import type { Leak } from './errors.js';
import { quoted } from './names.js';
import { clientText } from './sessions.js';

/** A session that holds locks on tables of a schema. */
interface LockHolder extends pg.QueryResultRow {
  readonly pid: number;
  readonly application: string;
  readonly query: string;
  /** Names of the tables. */
  readonly tables: readonly string[];
}

/** Finds the sessions of other clients that hold locks on tables of a schema. A locked row also locks its table. */
export const findLockHolders = async (client: pg.Client, schema: string): Promise<readonly LockHolder[]> => {
  const { rows } = await client.query<LockHolder>(
    `SELECT a.pid, a.application_name AS application, left(a.query, 200) AS query, array_agg(DISTINCT c.relname::text) AS tables
     FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p') AND a.backend_type = 'client backend'
       AND a.pid <> pg_backend_pid()
     GROUP BY a.pid, a.application_name, a.query`,
    [quoted(schema)],
  );
  return rows;
};

/** Locks that a scenario left behind. */
export const lockLeaks = (holders: readonly LockHolder[]): Leak[] =>
  holders.map(({ application, query, tables }) => ({
    kind: 'lock',
    message: `locks on ${tables.map((table) => `table ${table}`).join(', ')} held by ${clientText(application, query)}`,
  }));
