import pg from 'pg';

/** Catalogs of objects that belong to a database as a whole. */
const catalogs = [
  ['pg_event_trigger', 'evtname'],
  ['pg_publication', 'pubname'],
  ['pg_foreign_server', 'srvname'],
  ['pg_foreign_data_wrapper', 'fdwname'],
  ['pg_language', 'lanname'],
  ['pg_am', 'amname'],
  ['pg_cast', null],
  ['pg_transform', null],
] as const;

/** Leaves out parts of extensions: an extension is listed as a whole. */
const isOwn = (catalog: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = x.oid AND e.deptype = 'e')`;

/** A cast of a type in one of the kit's schemas, such as from a range type to its multirange, is part of that schema. */
const isOutside = (catalog: string, prefix: string): string =>
  catalog === 'pg_cast'
    ? `x.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE t.oid IN (x.castsource, x.casttarget) AND starts_with(n.nspname, ${pg.escapeLiteral(prefix)}))`
    : 'true';

/** Objects with a type and an identity in the syntax of DROP. */
const objectsSql = (prefix: string): string[] =>
  catalogs.map(
    ([catalog, name]) => `
    SELECT i.type, i.type || ' ' || ${name === null ? 'i.identity' : `x.${name}`}, x.xmin::text,
      CASE WHEN x.oid >= 16384 THEN 'DROP ' || replace(i.type, '-', ' ') || ' IF EXISTS ' ||
        replace(i.identity, ' on language ', ' LANGUAGE ') || ' CASCADE' END, NULL
    FROM ${catalog} x, pg_identify_object('${catalog}'::regclass, x.oid, 0) i
    WHERE ${isOutside(catalog, prefix)} AND (x.oid < 16384 OR ${isOwn(catalog)})`,
  );

/** The keyword of what default privileges apply to. */
const target = `CASE a.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES'
  WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END`;

/** The start of the statement that changes default privileges. */
const alterDefault = `'ALTER DEFAULT PRIVILEGES FOR ROLE ' || quote_ident(r.rolname) || coalesce(' IN SCHEMA ' || quote_ident(n.nspname), '')`;

/** Default privileges; those that apply everywhere return to the built-in ones: all for the owner, some for PUBLIC. */
const defaultPrivileges = (prefix: string): string => `
  SELECT 'default privileges', 'default privileges of ' || r.rolname || ' for ' || lower(${target}) || coalesce(' in schema ' || n.nspname, ''),
    a.defaclacl::text,
    coalesce((SELECT string_agg(${alterDefault} || ' REVOKE ALL ON ' || ${target} || ' FROM ' || g.name, '; ') || '; '
      FROM (SELECT DISTINCT coalesce(quote_ident(o.rolname), 'PUBLIC') AS name FROM aclexplode(a.defaclacl) e
        LEFT JOIN pg_roles o ON o.oid = e.grantee) g), '') ||
      CASE WHEN n.oid IS NULL THEN ${alterDefault} || ' GRANT ALL ON ' || ${target} || ' TO ' || quote_ident(r.rolname) ||
        CASE a.defaclobjtype WHEN 'f' THEN '; ' || ${alterDefault} || ' GRANT EXECUTE ON FUNCTIONS TO PUBLIC'
          WHEN 'T' THEN '; ' || ${alterDefault} || ' GRANT USAGE ON TYPES TO PUBLIC' ELSE '' END ELSE '' END,
    NULL
  FROM pg_default_acl a JOIN pg_roles r ON r.oid = a.defaclrole LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace
  WHERE n.oid IS NULL OR NOT starts_with(n.nspname, ${pg.escapeLiteral(prefix)})`;

/** SELECTs of what PostgreSQL does not drop with the database: kind, name, version, undo, redo. */
export const undroppableItemsSql: readonly string[] = [
  `SELECT 'subscription', 'subscription ' || s.subname, '', format('ALTER SUBSCRIPTION %1$I DISABLE;
     ALTER SUBSCRIPTION %1$I SET (slot_name = NONE); DROP SUBSCRIPTION %1$I', s.subname), NULL
   FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()`,
  `SELECT 'prepared transaction', 'prepared transaction ' || p.gid, '', 'ROLLBACK PREPARED ' || quote_literal(p.gid), NULL
   FROM pg_prepared_xacts p WHERE p.database = current_database()`,
];

/** SELECTs of the objects of the database that are in no schema: kind, name, version, undo, redo. */
export const databaseItemsSql = (prefix: string): string[] => [
  ...objectsSql(prefix),
  defaultPrivileges(prefix),
  `SELECT 'user mapping', 'user mapping for ' || u.usename || ' on server ' || u.srvname, '',
     'DROP USER MAPPING IF EXISTS FOR ' || CASE u.umuser WHEN 0 THEN 'PUBLIC' ELSE quote_ident(u.usename) END || ' SERVER ' ||
       quote_ident(u.srvname), NULL
   FROM pg_user_mappings u`,
  ...undroppableItemsSql,
];

/** SELECTs of hashes of these objects. */
export const databaseHashesSql = (prefix: string): string[] => {
  const versions = (catalog: string, seed: number, condition = 'true'): string =>
    `SELECT hash_record_extended(ROW(x.oid, x.xmin), ${String(seed)}) FROM pg_catalog.${catalog} x WHERE ${condition}`;
  return [
    ...catalogs.map(([catalog], index) => versions(catalog, 20 + index, isOutside(catalog, prefix))),
    `SELECT hash_record_extended(ROW(a.oid, a.xmin), 30) FROM pg_catalog.pg_default_acl a
       LEFT JOIN pg_catalog.pg_namespace n ON n.oid = a.defaclnamespace
       WHERE n.oid IS NULL OR NOT starts_with(n.nspname, ${pg.escapeLiteral(prefix)})`,
    `SELECT hash_record_extended(ROW(u.umid), 31) FROM pg_catalog.pg_user_mappings u`,
    `SELECT hash_record_extended(ROW(s.oid), 32) FROM pg_catalog.pg_subscription s`,
    `SELECT hash_record_extended(ROW(p.gid), 33) FROM pg_catalog.pg_prepared_xacts p`,
  ];
};
