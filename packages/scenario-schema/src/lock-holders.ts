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

/**
 * Finds the clients of this role that have changed or locked tables of a schema and hold locks on them. A locked row also locks its
 * table. Clients that only read, such as pg_dump, and those of the kit are not counted.
 */
export const findLockHolders = async (client: pg.Client, schema: string): Promise<readonly LockHolder[]> => {
  const { rows } = await client.query<LockHolder>(
    `SELECT a.pid, a.application_name AS application, left(a.query, 200) AS query, array_agg(DISTINCT c.relname::text) AS tables
     FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND c.relnamespace = to_regnamespace($1) AND c.relkind IN ('r', 'p') AND l.mode <> 'AccessShareLock'
       AND a.backend_type = 'client backend' AND a.usename = current_user AND a.application_name NOT LIKE 'scenario-schema %'
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
