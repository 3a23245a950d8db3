import type pg from 'pg';
import { firstRow } from '../connection.js';
import { quoted } from '../names.js';

/** The objects of one schema by their numbers in the catalog. */
export interface CatalogOids extends pg.QueryResultRow {
  readonly namespace: number;
  readonly relations: readonly number[];
  readonly routines: readonly number[];
  readonly types: readonly number[];
  readonly indexes: readonly number[];
  /** All objects that may have a comment. */
  readonly described: readonly number[];
}

/** Reads the numbers of a schema. */
export const readCatalogOids = async (client: pg.Client, schema: string): Promise<CatalogOids> =>
  firstRow(
    await client.query<CatalogOids>(
      `SELECT n.oid::int8::float8 AS namespace,
         ARRAY(SELECT oid::int8::float8 FROM pg_class WHERE relnamespace = n.oid AND relkind <> 'i') AS relations,
         ARRAY(SELECT oid::int8::float8 FROM pg_proc WHERE pronamespace = n.oid) AS routines,
         ARRAY(SELECT oid::int8::float8 FROM pg_type WHERE typnamespace = n.oid AND typtype IN ('d', 'e', 'r')) AS types,
         ARRAY(SELECT oid::int8::float8 FROM pg_class WHERE relnamespace = n.oid AND relkind IN ('i', 'I')) AS indexes,
         ARRAY(SELECT o.oid::int8::float8 FROM (
           SELECT n.oid UNION SELECT objid FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass AND refobjid = n.oid
           UNION SELECT oid FROM pg_class WHERE relnamespace = n.oid UNION SELECT oid FROM pg_constraint WHERE connamespace = n.oid
           UNION SELECT d.objid FROM pg_depend d JOIN pg_class c ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
             WHERE c.relnamespace = n.oid AND d.classid IN ('pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_rewrite'::regclass)
         ) o) AS described
       FROM pg_namespace n WHERE n.oid = $1::regnamespace`,
      [quoted(schema)],
    ),
  );

/**
 * SQL for a fingerprint that changes with any DDL in the schema: hashes over the dependencies of the schema, and over the
 * versions (xmin) of the catalog rows that describe it. It uses indexes only, so its cost does not depend on the number of
 * schemas. TRUNCATE and REFRESH MATERIALIZED VIEW change it too; the snapshots then show whether anything differs.
 */
export const signatureSql = (oids: CatalogOids): string => {
  const { namespace, relations, routines, types, indexes, described } = oids;
  const hash = (value: string, table: string, condition: string, order: string): string =>
    `hash_array_extended(ARRAY(SELECT ${value} FROM pg_catalog.${table} x WHERE ${condition} ORDER BY ${order}), 0)`;
  const among = (key: string, numbers: readonly number[]): string => `x.${key} = ANY ('{${numbers.join(',')}}'::oid[])`;
  const versions = (table: string, key: string, numbers: readonly number[], order: string): string =>
    hash('x.xmin', table, among(key, numbers), order);
  const parts = [
    hash(
      'x.objid',
      'pg_depend',
      `x.refclassid = 'pg_catalog.pg_namespace'::regclass AND x.refobjid = ${String(namespace)}`,
      'x.classid, x.objid',
    ),
    versions('pg_namespace', 'oid', [namespace], 'x.oid'),
    versions('pg_class', 'oid', [...relations, ...indexes], 'x.oid'),
    hash('x.xmin', 'pg_attribute', `${among('attrelid', relations)} AND x.attnum > 0`, 'x.attrelid, x.attnum'),
    versions('pg_attrdef', 'adrelid', relations, 'x.oid'),
    versions('pg_index', 'indrelid', relations, 'x.indexrelid'),
    versions('pg_constraint', 'conrelid', relations, 'x.oid'),
    versions('pg_constraint', 'contypid', types, 'x.oid'),
    versions('pg_trigger', 'tgrelid', relations, 'x.oid'),
    versions('pg_policy', 'polrelid', relations, 'x.oid'),
    versions('pg_rewrite', 'ev_class', relations, 'x.oid'),
    versions('pg_sequence', 'seqrelid', relations, 'x.seqrelid'),
    versions('pg_proc', 'oid', routines, 'x.oid'),
    versions('pg_type', 'oid', types, 'x.oid'),
    versions('pg_enum', 'enumtypid', types, 'x.oid'),
    // Few objects have comments: one scan of a range is faster than a search for each object.
    hash(
      'x.xmin',
      'pg_description',
      `x.objoid BETWEEN ${String(Math.min(...described))} AND ${String(Math.max(...described))}
         AND x.objoid::int8 = ANY ('{${described.join(',')}}'::int8[])`,
      'x.objoid, x.classoid, x.objsubid',
    ),
  ];
  return `concat_ws(' ', ${parts.join(',\n')})`;
};
