import type pg from 'pg';
import { firstRow } from '../connection.js';
import type { Item } from '../surroundings-sql.js';

/** Catalogs with objects of schemas, and the column of the schema. */
const catalogs = [
  ['pg_proc', 'pronamespace'],
  ['pg_type', 'typnamespace'],
  ['pg_operator', 'oprnamespace'],
  ['pg_opclass', 'opcnamespace'],
  ['pg_opfamily', 'opfnamespace'],
  ['pg_collation', 'collnamespace'],
  ['pg_conversion', 'connamespace'],
  ['pg_ts_config', 'cfgnamespace'],
  ['pg_ts_dict', 'dictnamespace'],
  ['pg_class', 'relnamespace'],
] as const;

/** Whether a row was written since a transaction. */
const isNew = 'age(x.xmin) <= age($1::xid)';

/** Excludes what belongs to a table: the types of its rows and of their arrays, and its TOAST table. */
const isWhole = (catalog: string): string =>
  catalog === 'pg_type'
    ? `x.typcategory <> 'A' AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = x.typrelid AND c.relkind <> 'c')`
    : catalog === 'pg_class'
      ? `x.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')`
      : 'true';

/** SQL of the objects of PostgreSQL's schemas that were created or changed since a transaction. */
const changedSql = `
  ${catalogs
    .map(
      ([catalog, namespace]) => `
  SELECT i.type AS kind, i.type || ' ' || i.identity AS name, CASE WHEN x.oid >= 16384 THEN 'created' ELSE 'changed' END AS version,
    CASE WHEN x.oid >= 16384 THEN 'DROP ' || i.type || ' IF EXISTS ' || i.identity || ' CASCADE' END AS undo, NULL AS redo
  FROM ${catalog} x JOIN pg_namespace n ON n.oid = x.${namespace}, pg_identify_object('${catalog}'::regclass, x.oid, 0) i
  WHERE ${isNew} AND n.nspname IN ('pg_catalog', 'information_schema', 'pg_toast') AND ${isWhole(catalog)}
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = x.oid AND e.deptype = 'e')`,
    )
    .join(' UNION ALL ')}
  UNION ALL SELECT DISTINCT i.type, i.type || ' ' || i.identity, 'changed', NULL, NULL
    FROM pg_ts_config_map x, pg_identify_object('pg_ts_config'::regclass, x.mapcfg, 0) i WHERE ${isNew} AND x.mapcfg < 16384
  UNION ALL SELECT i.type, i.type || ' ' || i.identity, 'changed', NULL, NULL
    FROM pg_cast x, pg_identify_object('pg_cast'::regclass, x.oid, 0) i WHERE ${isNew} AND x.oid < 16384
  UNION ALL SELECT 'comment', 'comment on ' || i.type || ' ' || i.identity, 'changed', NULL, NULL
    FROM pg_description x, pg_identify_object(x.classoid, x.objoid, x.objsubid) i WHERE ${isNew} AND x.objoid < 16384`;

/** The next transaction of the server. */
export const readNextTransaction = async (client: pg.Client): Promise<string> =>
  firstRow(
    await client.query<{ next: string }>(
      'SELECT (pg_snapshot_xmax(pg_current_snapshot())::text::numeric % 4294967296)::text AS next',
    ),
  ).next;

/**
 * Finds what was created or changed in PostgreSQL's own schemas, such as a function in `pg_catalog`. It reads whole catalogs, so it
 * is called only if a statement may have done so.
 * @param since the transaction to begin with
 * @returns items whose version is `created` or `changed`
 */
export const readSystemChanges = async (client: pg.Client, since: string): Promise<readonly Item[]> =>
  (await client.query<Item>(changedSql, [since])).rows;
