import type pg from 'pg';
import { firstRow } from './connection.js';
import { databaseFilter } from './names.js';

/** What the role may read about the server. */
interface ServerPrivileges extends pg.QueryResultRow {
  /** Whether it may read which settings ALTER SYSTEM has changed. */
  readonly settings: boolean;
  /** Whether it may read when the file with these settings was changed. */
  readonly file: boolean;
}

/** Reads what can be watched. Both are privileges of superusers unless they are granted. */
export const readServerPrivileges = async (client: pg.Client): Promise<ServerPrivileges> =>
  firstRow(
    await client.query<ServerPrivileges>(
      `SELECT has_function_privilege('pg_show_all_file_settings()', 'EXECUTE') AS settings,
         has_function_privilege('pg_stat_file(text, boolean)', 'EXECUTE') AS file`,
    ),
  );

/** The file that ALTER SYSTEM writes, in the data directory. */
const autoConf = 'postgresql.auto.conf';

/** SELECTs of databases, tablespaces and settings of the server: kind, name, version, undo, redo. */
export const clusterItemsSql = (prefix: string, { settings }: ServerPrivileges): string[] => [
  `SELECT 'database', 'database ' || d.datname, concat_ws(' ', d.datdba, d.datistemplate, d.datallowconn, d.datconnlimit),
     'DROP DATABASE ' || quote_ident(d.datname) || ' WITH (FORCE)', NULL
   FROM pg_database d WHERE ${databaseFilter(prefix, 'd')}`,
  `SELECT 'tablespace', 'tablespace ' || t.spcname, t.xmin::text, 'DROP TABLESPACE ' || quote_ident(t.spcname), NULL
   FROM pg_tablespace t`,
  ...(settings
    ? [
        // The last line of a setting counts.
        `SELECT DISTINCT ON (f.name) 'system setting', 'ALTER SYSTEM SET ' || f.name || ' = ' || quote_literal(f.setting), '',
           'ALTER SYSTEM RESET ' || quote_ident(f.name),
           'ALTER SYSTEM SET ' || quote_ident(f.name) || ' = ' || CASE WHEN s.vartype = 'string' AND f.setting LIKE '%,%'
             THEN f.setting ELSE quote_literal(f.setting) END
         FROM pg_file_settings f LEFT JOIN pg_settings s ON s.name = f.name
         WHERE f.sourcefile LIKE '%${autoConf}' ORDER BY f.name, f.seqno DESC`,
      ]
    : []),
];

/** SELECTs of hashes of the same. */
export const clusterHashesSql = (prefix: string, { file }: ServerPrivileges): string[] => [
  `SELECT hash_record_extended(ROW(x.oid, x.datname, x.datdba, x.datistemplate, x.datallowconn, x.datconnlimit), 5)
     FROM pg_catalog.pg_database x WHERE ${databaseFilter(prefix, 'x')}`,
  `SELECT hash_record_extended(ROW(x.oid, x.xmin), 6) FROM pg_catalog.pg_tablespace x`,
  ...(file ? [`SELECT hash_record_extended(ROW((pg_catalog.pg_stat_file('${autoConf}', true)).modification), 7)`] : []),
];

/** Kinds of what all databases of a server share. */
const clusterKinds: ReadonlySet<string> = new Set(['role', 'membership', 'database', 'tablespace', 'system setting']);

/** Whether all databases of the server share an object. */
export const isClusterWide = (kind: string, name: string): boolean =>
  clusterKinds.has(kind) || (kind === 'setting' && name.startsWith('ALTER ROLE') && !name.includes(' IN DATABASE '));

/** Whether other clients may have changed the server or the database in the meantime. */
export interface OtherClients extends pg.QueryResultRow {
  readonly server: boolean;
  readonly database: boolean;
}

/** Finds other processes that use the kit, and clients in databases that are not of this process. */
export const readOtherClients = async (client: pg.Client): Promise<OtherClients> =>
  firstRow(
    await client.query<OtherClients>(
      `SELECT coalesce(bool_or(a.application_name LIKE 'scenario-schema w%' OR a.datname <> current_database()), false) AS server,
         coalesce(bool_or(a.application_name LIKE 'scenario-schema w%' AND a.datname = current_database()), false) AS database
       FROM pg_stat_activity a
       WHERE a.backend_type = 'client backend' AND a.pid <> pg_backend_pid() AND a.application_name <> 'scenario-schema base'`,
    ),
  );
