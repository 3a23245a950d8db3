import type pg from 'pg';
import { firstRow } from './connection.js';
import { databaseFilter } from './names.js';

/** What the role may read about the server. */
interface ServerPrivileges extends pg.QueryResultRow {
  /** Whether it may read which settings ALTER SYSTEM has changed. */
  readonly settings: boolean;
  /** Whether it may read when the file with these settings was changed. */
  readonly file: boolean;
  /** Whether it may read the hashes of passwords. */
  readonly passwords: boolean;
  /** Whether the server has privileges on settings (PostgreSQL 15 or newer). */
  readonly parameters: boolean;
}

/** Reads what can be watched. Reading system settings and their file needs a superuser or a grant. */
export const readServerPrivileges = async (client: pg.Client): Promise<ServerPrivileges> =>
  firstRow(
    await client.query<ServerPrivileges>(
      `SELECT has_function_privilege('pg_show_all_file_settings()', 'EXECUTE') AS settings,
         has_function_privilege('pg_stat_file(text, boolean)', 'EXECUTE') AS file,
         has_column_privilege('pg_authid', 'rolpassword', 'SELECT') AS passwords,
         to_regclass('pg_catalog.pg_parameter_acl') IS NOT NULL AS parameters`,
    ),
  );

/** The file that ALTER SYSTEM writes, in the data directory. */
const autoConf = 'postgresql.auto.conf';

/** A condition for the databases that scenarios may change: their own, and those that the kit did not create. */
const watchedDatabases = (prefix: string, alias: string): string =>
  `(${databaseFilter(prefix, alias)} OR ${alias}.datname = current_database())`;

/** Between the statements that restore a role; no text of them contains it. */
const separator = ';\u0001';
const separatorSql = `';' || chr(1)`;

/**
 * The statements that restore what has changed, of those that restore all. Some options can be set only by a superuser, even to
 * the value that they have.
 * @param before statements that restore the object as it was
 * @param now statements that would restore it as it is
 */
export const differingStatements = (before: string, now: string | null): string[] => {
  const unchanged = now?.split(separator) ?? [];
  return before.split(separator).filter((statement) => !unchanged.includes(statement));
};

/** The options of a role, as in ALTER ROLE; a separate statement sets each of them. */
const roleOptions = [
  'super:SUPERUSER',
  'inherit',
  'createrole',
  'createdb',
  'canlogin:LOGIN',
  'replication',
  'bypassrls',
]
  .map((option) => option.split(':'))
  .map(([column = '', word = column.toUpperCase()]) => `CASE WHEN r.rol${column} THEN '${word}' ELSE 'NO${word}' END`)
  .join(', ');

/** SELECTs of roles, databases, tablespaces, replication and settings of the server: kind, name, version, undo, redo. */
export const clusterItemsSql = (prefix: string, { settings, passwords, parameters }: ServerPrivileges): string[] => [
  `SELECT 'database', 'database ' || d.datname, concat_ws(' ', d.datdba, d.datistemplate, d.datallowconn, d.datconnlimit,
       d.datacl::text, shobj_description(d.oid, 'pg_database')),
     'DROP DATABASE ' || quote_ident(d.datname) || ' WITH (FORCE)', NULL
   FROM pg_database d WHERE ${watchedDatabases(prefix, 'd')}`,
  `SELECT 'replication slot', 'replication slot ' || s.slot_name, '', format('SELECT pg_drop_replication_slot(%L)', s.slot_name), NULL
   FROM pg_replication_slots s WHERE NOT s.temporary`,
  // The origin of a subscription is dropped with it.
  `SELECT 'replication origin', 'replication origin ' || o.roname, '', format('SELECT pg_replication_origin_drop(%L)', o.roname), NULL
   FROM pg_replication_origin o WHERE o.roname !~ '^pg_\\d'`,
  `SELECT 'tablespace', 'tablespace ' || t.spcname, t.xmin::text, 'DROP TABLESPACE ' || quote_ident(t.spcname), NULL
   FROM pg_tablespace t`,
  `SELECT 'role', 'role ' || r.rolname, concat_ws(' ', r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin,
       r.rolreplication, r.rolconnlimit, r.rolvaliduntil, r.rolbypassrls, shobj_description(r.oid, 'pg_authid')${passwords ? ', md5(r.rolpassword)' : ''}),
     'DROP OWNED BY ' || quote_ident(r.rolname) || ' CASCADE; DROP ROLE ' || quote_ident(r.rolname),
     (SELECT string_agg(format('ALTER ROLE %I %s', r.rolname, o.option), ${separatorSql}) FROM unnest(ARRAY[${roleOptions},
       'CONNECTION LIMIT ' || r.rolconnlimit, format('VALID UNTIL %L', coalesce(r.rolvaliduntil, 'infinity'))
       ${passwords ? `, 'PASSWORD ' || quote_nullable(r.rolpassword)` : ''}]) AS o(option)) || ${separatorSql} ||
       format('COMMENT ON ROLE %I IS %L', r.rolname, shobj_description(r.oid, 'pg_authid'))
   FROM ${passwords ? 'pg_authid' : 'pg_roles'} r WHERE r.rolname !~ '^pg_'`,
  ...(parameters
    ? [
        `SELECT 'privileges', 'privileges on parameter ' || p.parname, p.paracl::text, (SELECT string_agg('REVOKE ALL ON PARAMETER ' ||
             quote_ident(p.parname) || ' FROM ' || coalesce(quote_ident(r.rolname), 'PUBLIC'), '; ')
             FROM aclexplode(p.paracl) a LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE a.grantee <> a.grantor), NULL
         FROM pg_parameter_acl p`,
      ]
    : []),
  ...(settings
    ? [
        // If a setting occurs in several lines, the last one applies.
        `SELECT DISTINCT ON (f.name) 'system setting', 'ALTER SYSTEM SET ' || f.name || ' = ' || quote_literal(f.setting), '',
           'ALTER SYSTEM RESET ' || quote_ident(f.name),
           'ALTER SYSTEM SET ' || quote_ident(f.name) || ' = ' || CASE WHEN s.vartype = 'string' AND f.setting LIKE '%,%'
             THEN f.setting ELSE quote_literal(f.setting) END
         FROM pg_file_settings f LEFT JOIN pg_settings s ON s.name = f.name
         WHERE f.sourcefile LIKE '%${autoConf}' ORDER BY f.name, f.seqno DESC`,
      ]
    : []),
];

/** SELECTs of hashes of these objects. */
export const clusterHashesSql = (prefix: string, { file, passwords, parameters }: ServerPrivileges): string[] => [
  `SELECT hash_record_extended(ROW(x.rolname, x.rolsuper, x.rolinherit, x.rolcreaterole, x.rolcreatedb, x.rolcanlogin, x.rolreplication,
     x.rolconnlimit, x.rolvaliduntil, x.rolbypassrls${passwords ? ', x.rolpassword' : ''}), 2) FROM pg_catalog.${passwords ? 'pg_authid' : 'pg_roles'} x`,
  `SELECT hash_record_extended(ROW(x.oid, x.datname, x.datdba, x.datistemplate, x.datallowconn, x.datconnlimit, x.datacl::text), 5)
     FROM pg_catalog.pg_database x WHERE ${watchedDatabases(prefix, 'x')}`,
  `SELECT hash_record_extended(ROW(x.slot_name), 10) FROM pg_catalog.pg_replication_slots x WHERE NOT x.temporary`,
  `SELECT hash_record_extended(ROW(x.roname), 11) FROM pg_catalog.pg_replication_origin x`,
  ...(parameters ? [`SELECT hash_record_extended(ROW(x.oid, x.xmin), 12) FROM pg_catalog.pg_parameter_acl x`] : []),
  `SELECT hash_record_extended(ROW(x.oid, x.xmin), 6) FROM pg_catalog.pg_tablespace x`,
  ...(file ? [`SELECT hash_record_extended(ROW((pg_catalog.pg_stat_file('${autoConf}', true)).modification), 7)`] : []),
];

/** Kinds of objects that all databases of a server share. */
const clusterKinds: ReadonlySet<string> = new Set([
  ...['role', 'membership', 'database', 'tablespace', 'system setting'],
  ...['privileges', 'replication slot', 'replication origin'],
]);

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
       WHERE a.backend_type = 'client backend'
         AND a.application_name NOT IN ('scenario-schema base', current_setting('application_name'))`,
    ),
  );
