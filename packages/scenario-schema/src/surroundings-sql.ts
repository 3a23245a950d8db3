import pg from 'pg';
import { databaseHashesSql, databaseItemsSql } from './database-objects.js';

/** An object of the database or the server that no schema isolates, for example a role or a table in `public`. */
export interface Item extends pg.QueryResultRow {
  readonly kind: string;
  /** Kind and name. */
  readonly name: string;
  /** Changes when the object is changed. */
  readonly version: string;
  /** SQL that removes it. */
  readonly undo: string | null;
  /** SQL that restores it. */
  readonly redo: string | null;
}

/** Schemas in which objects are counted as left behind: all that are not of the kit or of PostgreSQL. */
const foreignSchemas = (prefix: string): string =>
  `n.nspname !~ '^(pg_|information_schema$)' AND NOT starts_with(n.nspname, ${pg.escapeLiteral(prefix)})`;

const role = (oid: string): string => `(SELECT quote_ident(r.rolname) FROM pg_roles r WHERE r.oid = ${oid})`;

/** Memberships of roles. PostgreSQL 16 and newer have the options INHERIT and SET. */
const memberships = `SELECT ${role('a.member')} AS member, ${role('a.roleid')} AS role, bool_or(a.admin_option) AS admin,
    bool_or((to_jsonb(a) ->> 'inherit_option')::boolean) AS inherit, bool_or((to_jsonb(a) ->> 'set_option')::boolean) AS set
  FROM pg_auth_members a GROUP BY a.member, a.roleid`;

/** The target of a setting that sessions begin with, as in ALTER … SET. */
const settingTarget = `CASE WHEN s.setrole = 0 AND s.setdatabase = 0 THEN 'ROLE ALL' WHEN s.setrole = 0 THEN 'DATABASE ' || quote_ident(d.datname)
  WHEN s.setdatabase = 0 THEN 'ROLE ' || ${role('s.setrole')}
  ELSE 'ROLE ' || ${role('s.setrole')} || ' IN DATABASE ' || quote_ident(d.datname) END`;

const settingName = `quote_ident(split_part(c, '=', 1))`;
const settingValue = `substr(c, strpos(c, '=') + 1)`;

/** Catalogs with parts of a relation, and the column that refers to it: most changes of a part do not change pg_class. */
const relationParts = [
  ['pg_attribute', 'attrelid'],
  ['pg_attrdef', 'adrelid'],
  ['pg_constraint', 'conrelid'],
  ['pg_trigger', 'tgrelid'],
  ['pg_policy', 'polrelid'],
  ['pg_rewrite', 'ev_class'],
  ['pg_sequence', 'seqrelid'],
  ['pg_description', 'objoid'],
] as const;

const relationVersion = `CASE WHEN c.oid IS NOT NULL THEN concat_ws(' ', c.xmin, ${relationParts
  .map(([catalog, key]) => `ARRAY(SELECT x.xmin::text FROM ${catalog} x WHERE x.${key} = c.oid ORDER BY 1)`)
  .join(', ')}) END`;

/** SQL that lists the items. */
export const itemsSql = (prefix: string, cluster: readonly string[]): string => {
  const parts = [
    `SELECT 'schema', 'schema ' || n.nspname, n.xmin::text, 'DROP SCHEMA ' || quote_ident(n.nspname) || ' CASCADE', NULL
     FROM pg_namespace n WHERE ${foreignSchemas(prefix)}`,
    `SELECT i.type, i.type || ' ' || i.identity, coalesce(${relationVersion}, p.xmin::text, t.xmin
         || array(SELECT e.xmin || e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)::text, ''),
       'DROP ' || replace(i.type, 'statistics object', 'statistics') || ' IF EXISTS ' || i.identity || ' CASCADE', NULL
     FROM pg_depend d JOIN pg_namespace n ON n.oid = d.refobjid AND ${foreignSchemas(prefix)}
       LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
       LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
       LEFT JOIN pg_type t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid, pg_identify_object(d.classid, d.objid, 0) i
     WHERE d.refclassid = 'pg_namespace'::regclass AND d.deptype = 'n' AND d.classid NOT IN ('pg_extension'::regclass, 'pg_default_acl'::regclass)
       AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e')`,
    `SELECT 'index', 'index ' || c.oid::regclass, c.xmin::text, 'DROP INDEX IF EXISTS ' || c.oid::regclass || ' CASCADE', NULL
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND ${foreignSchemas(prefix)}
     WHERE c.relkind IN ('i', 'I') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
       AND d.deptype IN ('i', 'P', 'e'))`,
    `SELECT 'extension', 'extension ' || e.extname, e.xmin::text, 'DROP EXTENSION IF EXISTS ' || quote_ident(e.extname) || ' CASCADE', NULL
     FROM pg_extension e`,
    `SELECT 'membership', 'membership of ' || m.member || ' in ' || m.role, concat_ws(' ', m.admin, m.inherit, m.set),
       'REVOKE ' || m.role || ' FROM ' || m.member,
       CASE WHEN m.admin THEN '' ELSE 'REVOKE ADMIN OPTION FOR ' || m.role || ' FROM ' || m.member || '; ' END ||
         'GRANT ' || m.role || ' TO ' || m.member || CASE WHEN m.inherit IS NOT NULL
           THEN ' WITH ADMIN ' || m.admin || ', INHERIT ' || m.inherit || ', SET ' || m.set WHEN m.admin THEN ' WITH ADMIN OPTION' ELSE '' END
     FROM (${memberships}) m`,
    `SELECT 'setting', 'ALTER ' || ${settingTarget} || ' SET ' || c, '',
       'ALTER ' || ${settingTarget} || ' RESET ' || ${settingName},
       'ALTER ' || ${settingTarget} || ' SET ' || ${settingName} || ' = ' || CASE WHEN split_part(c, '=', 1) = 'search_path'
         THEN ${settingValue} ELSE quote_literal(${settingValue}) END
     FROM pg_db_role_setting s LEFT JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c
     WHERE s.setdatabase = 0 OR d.datname = current_database()`,
    `SELECT 'large object', 'large object ' || l.oid, '', 'SELECT lo_unlink(' || l.oid || ')', NULL FROM pg_largeobject_metadata l`,
    `SELECT 'table', 'rows in table ' || t.oid::regclass,
       (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM ' || t.oid::regclass, false, true, '')))[1]::text,
       NULL, NULL
     FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace AND ${foreignSchemas(prefix)}
     WHERE t.relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = t.oid AND e.deptype = 'e')`,
    ...databaseItemsSql(prefix),
    ...cluster,
  ];
  return `SELECT * FROM (${parts.map((part) => `(${part})`).join('\nUNION ALL ')}) AS i(kind, name, version, undo, redo)`;
};

/** Objects that are watched for changes, and tables that are watched for rows. */
export interface Watched extends pg.QueryResultRow {
  readonly namespaces: readonly number[];
  readonly relations: readonly number[];
  readonly types: readonly number[];
  readonly tables: readonly string[];
}

/** SQL of what is watched. */
export const watchedSql = (prefix: string): string => `
  SELECT ARRAY(SELECT n.oid::int8::float8 FROM pg_namespace n WHERE ${foreignSchemas(prefix)}) AS namespaces,
    coalesce(array_agg(c.oid::int8::float8), '{}') AS relations,
    coalesce(array_agg(c.oid::regclass::text) FILTER (WHERE c.relkind IN ('r', 'p')
      AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e')), '{}') AS tables,
    (SELECT coalesce(array_agg(t.oid::int8::float8), '{}') FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
      AND ${foreignSchemas(prefix)} WHERE t.typtype IN ('d', 'e', 'r') OR t.typrelid = ANY (
        SELECT r.oid FROM pg_class r WHERE r.relkind = 'c')) AS types
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND ${foreignSchemas(prefix)}`;

/** A function that hashes the surroundings. Unlike the list of items, it needs no names and uses only indexes. */
export const hashFunctionSql = (
  name: string,
  prefix: string,
  { namespaces, relations, types, tables }: Watched,
  cluster: readonly string[],
): string => {
  const versions = (catalog: string, condition = 'true'): string =>
    `SELECT hash_record_extended(ROW(x.oid, x.xmin), ${String(catalog.length * 31 + catalog.charCodeAt(4))}) FROM pg_catalog.${catalog} x WHERE ${condition}`;
  const numbers = (oids: readonly number[]): string => `'{${oids.join(',')}}'::oid[]`;
  const foreign = foreignSchemas(prefix).replaceAll('n.', 'x.');
  const parts = [
    // The objects of each schema. A subquery, since pg_proc has no index on the schema and a join would scan it.
    `SELECT hash_record_extended(ROW(d.classid, d.objid, (SELECT p.xmin FROM pg_catalog.pg_proc p
         WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = d.objid)), 1) AS h FROM pg_catalog.pg_depend d
       WHERE d.refclassid = 'pg_catalog.pg_namespace'::regclass AND d.refobjid = ANY (${numbers(namespaces)})`,
    versions('pg_namespace', foreign),
    versions('pg_class', `x.oid = ANY (${numbers(relations)})`),
    ...(relations.length === 0 ? [] : [...relationParts, ['pg_index', 'indrelid'] as const]).map(
      ([catalog, key], index) =>
        `SELECT hash_record_extended(ROW(x.${key}, x.xmin), ${String(40 + index)}) FROM pg_catalog.${catalog} x WHERE x.${key} = ANY (${numbers(relations)})`,
    ),
    versions('pg_type', `x.oid = ANY (${numbers(types)})`),
    versions('pg_enum', `x.enumtypid = ANY (${numbers(types)})`),
    versions('pg_extension'),
    versions('pg_largeobject_metadata'),
    ...databaseHashesSql(prefix),
    `SELECT hash_record_extended(ROW(x.roleid, x.member, x.xmin), 3) FROM pg_catalog.pg_auth_members x`,
    `SELECT hash_record_extended(ROW(x.setrole, x.setdatabase, x.setconfig), 4) FROM pg_catalog.pg_db_role_setting x`,
    `SELECT hash_record_extended(ROW(x.objoid, x.classoid, x.xmin), 8) FROM pg_catalog.pg_shdescription x`,
    ...cluster,
    ...tables.map((table, index) => `SELECT hash_record_extended(ROW(count(*)), ${String(100 + index)}) FROM ${table}`),
  ];
  return `
    CREATE OR REPLACE FUNCTION ${name}() RETURNS text LANGUAGE plpgsql AS $body$
    BEGIN
      RETURN (SELECT sum(h) FROM (${parts.join('\nUNION ALL ')}) versions)::text;
    END
    $body$;`;
};
