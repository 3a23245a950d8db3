import type pg from 'pg';
import { firstRow } from '../connection.js';
import { quoted } from '../names.js';

/** The objects of one schema by their numbers in the catalog. */
export interface CatalogOids extends pg.QueryResultRow {
  readonly namespace: number;
  readonly relations: readonly number[];
  readonly routines: readonly number[];
  readonly types: readonly number[];
}

/** Reads the numbers of a schema. */
export const readCatalogOids = async (client: pg.Client, schema: string): Promise<CatalogOids> =>
  firstRow(
    await client.query<CatalogOids>(
      `SELECT n.oid::int8::int4 AS namespace,
         ARRAY(SELECT oid::int8::int4 FROM pg_class WHERE relnamespace = n.oid AND relkind <> 'i') AS relations,
         ARRAY(SELECT oid::int8::int4 FROM pg_proc WHERE pronamespace = n.oid) AS routines,
         ARRAY(SELECT oid::int8::int4 FROM pg_type WHERE typnamespace = n.oid AND typtype IN ('d', 'e', 'r')) AS types
       FROM pg_namespace n WHERE n.oid = $1::regnamespace`,
      [quoted(schema)],
    ),
  );

/**
 * SQL of a number that any DDL in the schema changes: over the dependencies of the schema, and over the versions (xmin) of the
 * catalog rows that describe it. It uses indexes only, so its cost does not depend on the number of schemas. TRUNCATE and
 * REFRESH MATERIALIZED VIEW change it too; the snapshots then show whether anything differs.
 */
export const signatureSql = ({ namespace, relations, routines, types }: CatalogOids): string => {
  const among = (numbers: readonly number[]): string => `ANY ('{${numbers.join(',')}}'::oid[])`;
  const versions = (table: string, key: string, oids: readonly number[], identity: string): string =>
    `SELECT hash_record_extended(ROW(${identity}, x.xmin), ${String(hashSeed(table))})
       FROM pg_catalog.${table} x WHERE x.${key} = ${among(oids)}`;
  const parts = [
    `SELECT hash_record_extended(ROW(classid, objid), 1) AS h FROM pg_catalog.pg_depend
       WHERE refclassid = 'pg_catalog.pg_namespace'::regclass AND refobjid = ${String(namespace)}`,
    versions('pg_class', 'oid', relations, 'x.oid'),
    versions('pg_attribute', 'attrelid', relations, 'x.attrelid, x.attnum'),
    versions('pg_attrdef', 'adrelid', relations, 'x.oid'),
    `SELECT hash_record_extended(ROW(indexrelid), 4) FROM pg_catalog.pg_index WHERE indrelid = ${among(relations)}`,
    versions('pg_constraint', 'conrelid', relations, 'x.oid'),
    versions('pg_constraint', 'contypid', types, 'x.oid'),
    versions('pg_trigger', 'tgrelid', relations, 'x.oid'),
    versions('pg_policy', 'polrelid', relations, 'x.oid'),
    versions('pg_rewrite', 'ev_class', relations, 'x.oid'),
    versions('pg_sequence', 'seqrelid', relations, 'x.seqrelid'),
    versions('pg_proc', 'oid', routines, 'x.oid'),
    versions('pg_type', 'oid', types, 'x.oid'),
    versions('pg_enum', 'enumtypid', types, 'x.oid'),
  ];
  return `(SELECT sum(h) FROM (${parts.join('\nUNION ALL ')}) versions)::text`;
};

/** Rows of different catalogs with equal numbers must not cancel each other out. */
const hashSeed = (table: string): number =>
  [...table].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);
