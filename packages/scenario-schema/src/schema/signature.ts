import type pg from 'pg';
import { firstRow } from '../connection.js';
import { quoted } from '../names.js';

/** The OIDs of the objects of one schema. */
export interface CatalogOids extends pg.QueryResultRow {
  readonly namespace: number;
  readonly relations: readonly number[];
  readonly routines: readonly number[];
  readonly types: readonly number[];
  readonly indexes: readonly number[];
  readonly statistics: readonly number[];
  readonly collations: readonly number[];
  readonly operators: readonly number[];
  readonly search_configurations: readonly number[];
  readonly search_dictionaries: readonly number[];
  /** All objects that may have a comment. */
  readonly described: readonly number[];
}

/** Reads the OIDs of the objects of a schema. */
export const readCatalogOids = async (client: pg.Client, schema: string): Promise<CatalogOids> =>
  firstRow(
    await client.query<CatalogOids>(
      `SELECT n.oid::int8::float8 AS namespace,
         ARRAY(SELECT oid::int8::float8 FROM pg_class WHERE relnamespace = n.oid AND relkind <> 'i') AS relations,
         ARRAY(SELECT oid::int8::float8 FROM pg_proc WHERE pronamespace = n.oid) AS routines,
         ARRAY(SELECT oid::int8::float8 FROM pg_type t WHERE typnamespace = n.oid AND (typtype IN ('d', 'e', 'r')
           OR EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))) AS types,
         ARRAY(SELECT oid::int8::float8 FROM pg_statistic_ext WHERE stxnamespace = n.oid) AS statistics,
         ARRAY(SELECT oid::int8::float8 FROM pg_collation WHERE collnamespace = n.oid) AS collations,
         ARRAY(SELECT oid::int8::float8 FROM pg_operator WHERE oprnamespace = n.oid) AS operators,
         ARRAY(SELECT oid::int8::float8 FROM pg_ts_config WHERE cfgnamespace = n.oid) AS search_configurations,
         ARRAY(SELECT oid::int8::float8 FROM pg_ts_dict WHERE dictnamespace = n.oid) AS search_dictionaries,
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
 * SQL for a fingerprint that changes with nearly any DDL in the schema: hashes over the dependencies of the schema, and over the
 * versions (xmin) of the catalog rows that describe it. Each is one scan of a range of an index, in its order: the objects of a
 * schema are created one after the other, so few rows of other objects are in between. TRUNCATE and REFRESH MATERIALIZED VIEW
 * change the fingerprint too; the snapshots then show whether anything differs.
 */
export const signatureSql = (oids: CatalogOids): string => {
  const { namespace, relations, routines, types, indexes, described } = oids;
  const hash = (value: string, table: string, condition: string, order: string): string =>
    `hash_array_extended(ARRAY(SELECT ${value} FROM pg_catalog.${table} x WHERE ${condition} ORDER BY ${order}), 0)`;
  /** The array has another type than the key, so that PostgreSQL scans the range once instead of looking up each OID. */
  const versions = (table: string, numbers: readonly number[], order: string, rows = ''): string[] => {
    const [key = ''] = order.split(', ');
    const { first, last } = rangeOf(numbers);
    const condition = `${key} BETWEEN ${String(first)} AND ${String(last)} AND ${key}::int8 = ANY ('{${numbers.join(',')}}'::int8[])${rows}`;
    return numbers.length === 0 ? [] : [hash('x.xmin', table, condition, order)];
  };
  const parts = [
    hash(
      'x.objid',
      'pg_depend',
      `x.refclassid = 'pg_catalog.pg_namespace'::regclass AND x.refobjid = ${String(namespace)}`,
      'x.classid, x.objid',
    ),
    ...versions('pg_namespace', [namespace], 'x.oid'),
    ...versions('pg_class', [...relations, ...indexes], 'x.oid'),
    ...versions('pg_attribute', relations, 'x.attrelid, x.attnum', ' AND x.attnum > 0'),
    ...versions('pg_attrdef', relations, 'x.adrelid, x.adnum'),
    ...versions('pg_index', relations, 'x.indrelid'),
    ...versions('pg_constraint', relations, 'x.conrelid, x.contypid, x.conname'),
    ...versions('pg_constraint', types, 'x.contypid, x.oid'),
    ...versions('pg_trigger', relations, 'x.tgrelid, x.tgname'),
    ...versions('pg_policy', relations, 'x.polrelid, x.polname'),
    ...versions('pg_rewrite', relations, 'x.ev_class, x.rulename'),
    ...versions('pg_sequence', relations, 'x.seqrelid'),
    ...versions('pg_proc', routines, 'x.oid'),
    ...versions('pg_type', types, 'x.oid'),
    ...versions('pg_enum', types, 'x.enumtypid, x.oid'),
    ...versions('pg_statistic_ext', oids.statistics, 'x.oid'),
    ...versions('pg_collation', oids.collations, 'x.oid'),
    ...versions('pg_operator', oids.operators, 'x.oid'),
    ...versions('pg_ts_config', oids.search_configurations, 'x.oid'),
    ...versions('pg_ts_config_map', oids.search_configurations, 'x.mapcfg, x.maptokentype, x.mapseqno'),
    ...versions('pg_ts_dict', oids.search_dictionaries, 'x.oid'),
    ...versions('pg_description', described, 'x.objoid, x.classoid, x.objsubid'),
  ];
  return `concat_ws(' ', ${parts.join(',\n')})`;
};

const rangeOf = (numbers: readonly number[]): { readonly first: number; readonly last: number } => {
  const ascending = numbers.toSorted((left, right) => left - right);
  return { first: ascending[0] ?? 0, last: ascending.at(-1) ?? 0 };
};
