import pg from 'pg';
import type { SchemaTemplate } from '../run/parameters.js';
import { quoted } from './names.js';

/**
 * A function that every lease of a run uses: what the sessions of a lease hold on to. The kept pool's own session for
 * pings is not counted as open. The functions of the pool live outside of the leased schemas, and are plpgsql, which
 * keeps the plans of its statements.
 */
export const poolFunctionsSql = (poolSchema: string): string => `
  CREATE FUNCTION ${quoted(poolSchema)}.sessions(lease text, OUT open int, OUT busy int, OUT locks int)
  LANGUAGE plpgsql AS $body$
  DECLARE
    pids int[];
  BEGIN
    SELECT count(*) FILTER (WHERE application_name <> lease || ' ping'), count(*) FILTER (WHERE state <> 'idle'),
        array_agg(pid)
      INTO open, busy, pids
      FROM pg_catalog.pg_stat_get_activity(NULL)
      WHERE application_name = lease OR starts_with(application_name, lease || ' ');
    SELECT count(*) INTO locks FROM pg_catalog.pg_lock_status() l WHERE l.locktype = 'advisory' AND l.pid = ANY(pids);
  END
  $body$;
`;

/** SQL of a hash over the rows of the seed tables, in a stable order. */
export const seedHashSql = (schema: string, tables: readonly string[]): string =>
  `md5(concat_ws(' ', ${tables
    .map((table) => `(SELECT string_agg(t::text, ' ' ORDER BY t::text COLLATE "C") FROM ${schema}.${quoted(table)} t)`)
    .join(', ')}))`;

/** The things of one schema by their numbers in the catalog. */
export interface CatalogOids {
  readonly namespace: number;
  readonly relations: readonly number[];
  readonly routines: readonly number[];
}

/** SQL that reads the numbers of a schema. */
export const catalogOidsSql = (schema: string): string => {
  const own = `${pg.escapeLiteral(quoted(schema))}::regnamespace::oid`;
  return `SELECT ${own}::int8::int4 AS namespace,
    ARRAY(SELECT oid::int8::int4 FROM pg_class WHERE relnamespace = ${own} AND relkind <> 'i') AS relations,
    ARRAY(SELECT oid::int8::int4 FROM pg_proc WHERE pronamespace = ${own}) AS routines`;
};

/**
 * SQL of a number that any DDL in the schema changes: over the dependencies of the schema, and over the versions (xmin) of
 * the catalog rows that describe it. It uses indexes only, so that the cost does not depend on the number of schemas.
 */
const signatureSql = ({ namespace, relations, routines }: CatalogOids): string => {
  const among = (numbers: readonly number[]): string => `ANY ('{${numbers.join(',')}}'::oid[])`;
  const parts = [
    `SELECT hash_record_extended(ROW(classid, objid), 1) AS h FROM pg_catalog.pg_depend
       WHERE refclassid = 'pg_catalog.pg_namespace'::regclass AND refobjid = ${String(namespace)}`,
    `SELECT hash_record_extended(ROW(oid, xmin), 2) FROM pg_catalog.pg_class WHERE oid = ${among(relations)}`,
    `SELECT hash_record_extended(ROW(attrelid, attnum, xmin), 3) FROM pg_catalog.pg_attribute
       WHERE attrelid = ${among(relations)}`,
    `SELECT hash_record_extended(ROW(indexrelid), 4) FROM pg_catalog.pg_index WHERE indrelid = ${among(relations)}`,
    `SELECT hash_record_extended(ROW(oid, xmin), 5) FROM pg_catalog.pg_constraint WHERE conrelid = ${among(relations)}`,
    `SELECT hash_record_extended(ROW(oid, xmin), 6) FROM pg_catalog.pg_trigger WHERE tgrelid = ${among(relations)}`,
    `SELECT hash_record_extended(ROW(oid, xmin), 7) FROM pg_catalog.pg_proc WHERE oid = ${among(routines)}`,
  ];
  return `(SELECT sum(h) FROM (${parts.join('\nUNION ALL ')}) versions)::text`;
};

/** The table that records the actions of a scenario. */
const auditTable = 'audit_events';

/** SQL of the actions in the audit log of a schema. */
export const auditedActionsSql = ({ tables }: SchemaTemplate, schema: string): string =>
  tables.includes(auditTable)
    ? `ARRAY(SELECT DISTINCT action FROM ${quoted(schema)}.${quoted(auditTable)})`
    : `'{}'::text[]`;

/**
 * Functions of one lease. `empty_…` removes the rows of the scenario, restores the seed and the sequences, and returns the
 * audited actions; `inspect_…` returns the number of rows that are left, the hash of the seed, and the signature.
 */
export const leaseFunctionsSql = (template: SchemaTemplate, schema: string, numbers: CatalogOids): string => {
  const [own, pattern, pool] = [quoted(schema), quoted(template.schema), quoted(template.poolSchema)];
  const { seedTables, tables, sequences } = template;
  const table = (name: string): string => `${own}.${quoted(name)}`;
  const restart = (name: string): string => `
      SELECT last_value, is_called INTO pattern_value, pattern_called FROM ${pattern}.${quoted(name)};
      IF EXISTS (SELECT FROM ${table(name)} WHERE (last_value, is_called) <> (pattern_value, pattern_called)) THEN
        PERFORM setval(${pg.escapeLiteral(table(name))}, pattern_value, pattern_called);
      END IF;`;
  return `
    CREATE FUNCTION ${pool}.${quoted(`empty_${schema}`)}(expected_seed text, OUT actions text[])
    LANGUAGE plpgsql AS $body$
    DECLARE
      pattern_called boolean;
      pattern_value bigint;
    BEGIN
      actions := ${auditedActionsSql(template, schema)};
      ${tables.map((name) => `DELETE FROM ${table(name)};`).join('\n')}
      IF ${seedHashSql(own, seedTables)} IS DISTINCT FROM expected_seed THEN
        ${seedTables.map((name) => `DELETE FROM ${table(name)};`).join('\n')}
        ${seedTables.map((name) => `INSERT INTO ${table(name)} SELECT * FROM ${pattern}.${quoted(name)};`).join('\n')}
      END IF;
      ${sequences.map(restart).join('')}
    END
    $body$;

    CREATE FUNCTION ${pool}.${quoted(`inspect_${schema}`)}(OUT rows int, OUT seed text, OUT signature text)
    LANGUAGE plpgsql AS $body$
    BEGIN
      rows := ${tables.map((name) => `(SELECT count(*) FROM ${table(name)})`).join(' + ')};
      seed := ${seedHashSql(own, seedTables)};
      signature := ${signatureSql(numbers)};
    END
    $body$;
  `;
};

/** SQL that creates a schema as the migrations do, in one transaction. */
export const createSchemaSql = ({ sql }: SchemaTemplate, schema: string): string => `
  BEGIN;
  CREATE SCHEMA ${quoted(schema)};
  SET LOCAL search_path = ${quoted(schema)};
  SET LOCAL session_replication_role = origin;
  ${sql}
  COMMIT`;

/** SQL that empties a schema, in a separate transaction. */
export const emptySchemaSql = ({ poolSchema }: SchemaTemplate, schema: string, seed: string): string => `
  BEGIN;
  SELECT actions FROM ${quoted(poolSchema)}.${quoted(`empty_${schema}`)}(${pg.escapeLiteral(seed)});
  COMMIT`;
