import pg from 'pg';
import type { Blueprint } from '../blueprint.js';
import { quoted } from '../names.js';
import { copyRowsSql, isSequenceChangedSql, rowsHashSql, seedRelations, setSequenceSql } from './contents.js';
import { signatureSql, type CatalogOids } from './signature.js';

/** A session in the database of the leases. */
export interface Session {
  readonly pid: number;
  readonly application: string;
  readonly state: string;
  /** The last statement. */
  readonly query: string;
  /** Keys of advisory locks. */
  readonly locks: readonly string[] | null;
}

/** The state of an emptied schema. */
export interface EmptiedState extends pg.QueryResultRow {
  readonly rows: number;
  readonly seed: string;
  /** Null if there is none. */
  readonly sessions: readonly Session[] | null;
}

/**
 * Functions that all leases in a database use: one lists the sessions of other clients, one the state of its session.
 * They are plpgsql, which keeps the plans of their statements. Reading PostgreSQL's list of locks takes longer than
 * everything else here, so it is read only if a session may hold advisory locks.
 */
export const kitFunctionsSql = (kit: string): string => `
  -- A session may have another role when its state is read.
  GRANT USAGE ON SCHEMA ${quoted(kit)} TO PUBLIC;

  CREATE FUNCTION ${quoted(kit)}.sessions(lease text, whole boolean, unlocked int[]) RETURNS jsonb
  LANGUAGE plpgsql AS $body$
  BEGIN
    RETURN (
      WITH advisory AS MATERIALIZED (
        SELECT l.pid, jsonb_agg(CASE l.objsubid WHEN 1 THEN ((l.classid::bigint << 32) | l.objid::bigint)::text
          ELSE l.classid || ', ' || l.objid END) AS keys
        FROM pg_catalog.pg_lock_status() l WHERE l.locktype = 'advisory' GROUP BY l.pid
      )
      SELECT jsonb_agg(jsonb_build_object('pid', s.pid, 'application', s.application_name, 'state', coalesce(s.state, 'unknown'),
        'query', left(s.query, 200),
        'locks', CASE WHEN s.pid <> ALL (unlocked) THEN (SELECT a.keys FROM advisory a WHERE a.pid = s.pid) END))
      FROM pg_catalog.pg_stat_get_activity(NULL) s
      WHERE s.datid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
        AND s.backend_type = 'client backend' AND s.application_name <> current_setting('application_name')
        AND (whole OR s.application_name = lease OR starts_with(s.application_name, lease || ' ')));
  END
  $body$;

  CREATE FUNCTION ${quoted(kit)}.session_state(custom text[], OUT pid int, OUT state text[])
  LANGUAGE plpgsql AS $body$
  DECLARE
    custom_name text;
    custom_value text;
    initial_value text;
  BEGIN
    pid := pg_backend_pid();
    state := ARRAY(SELECT 'SET ' || name || ' = ' || current_setting(name) FROM pg_catalog.pg_show_all_settings() WHERE source = 'session')
      || ARRAY(SELECT 'LISTEN ' || c FROM pg_catalog.pg_listening_channels() c)
      || ARRAY(SELECT 'cursor ' || name FROM pg_catalog.pg_cursor() WHERE is_holdable)
      || ARRAY(SELECT 'prepared statement ' || name FROM pg_catalog.pg_prepared_statement() WHERE from_sql);
    -- PostgreSQL does not list custom settings. The exception undoes the reset.
    FOREACH custom_name IN ARRAY custom LOOP
      custom_value := current_setting(custom_name, true);
      CONTINUE WHEN custom_value IS NULL
        OR EXISTS (SELECT FROM pg_catalog.pg_show_all_settings() s WHERE lower(s.name) = custom_name);
      BEGIN
        PERFORM set_config(custom_name, NULL, false);
        initial_value := current_setting(custom_name, true);
        RAISE EXCEPTION USING ERRCODE = 'triggered_action_exception';
      EXCEPTION WHEN OTHERS THEN
        IF SQLSTATE = '09000' AND custom_value <> coalesce(initial_value, '') THEN
          state := state || ('SET ' || custom_name || ' = ' || custom_value);
        END IF;
      END;
    END LOOP;
    -- The user who has logged in; SET SESSION AUTHORIZATION does not change it.
    IF session_user <> (SELECT pg_get_userbyid(usesysid) FROM pg_catalog.pg_stat_get_activity(pg_backend_pid())) THEN
      state := state || ('SET SESSION AUTHORIZATION ' || session_user);
    END IF;
    IF current_user <> session_user THEN
      state := state || ('SET ROLE ' || current_user);
    END IF;
    IF pg_my_temp_schema() <> 0 THEN
      state := state || ARRAY(SELECT 'temporary ' || regexp_replace(pg_describe_object(d.classid, d.objid, 0), 'pg_temp\\w*\\.', '')
        FROM pg_catalog.pg_depend d WHERE d.refclassid = 'pg_catalog.pg_namespace'::regclass AND d.refobjid = pg_my_temp_schema());
    END IF;
  END
  $body$;

  GRANT EXECUTE ON FUNCTION ${quoted(kit)}.session_state(text[]) TO PUBLIC;
`;

/**
 * SQL of the sessions of other clients.
 * @param whole whether to list those of all schemas
 * @param unlocked processes that cannot hold an advisory lock
 */
export const sessionsSql = (kit: string, schema: string, whole: boolean, unlocked: readonly number[] = []): string =>
  `${quoted(kit)}.sessions(${pg.escapeLiteral(schema)}, ${String(whole)}, '{${unlocked.join(',')}}')`;

const functionOf = (kit: string, schema: string, action: 'empty' | 'sign'): string =>
  `${quoted(kit)}.${quoted(`${action}_${schema}`)}`;

/** SQL of a function of {@link leaseFunctionsSql}: it empties a schema and returns what is left in it. */
export const emptySql = (kit: string, schema: string): string => `${functionOf(kit, schema, 'empty')}()`;

/** SQL of the other: it returns the fingerprint of the structure. */
export const currentSignatureSql = (kit: string, schema: string): string => `${functionOf(kit, schema, 'sign')}()`;

/**
 * Creates or replaces the functions of one lease: one removes rows, restores the seed, and returns what is left; the other returns
 * the fingerprint of the structure. Empty tables are skipped, because even a DELETE that removes nothing takes time. The explicit
 * lock still detects clients that hold a lock on them.
 */
export const leaseFunctionsSql = (blueprint: Blueprint, schema: string, oids: CatalogOids): string => {
  const { contents, template, kit } = blueprint;
  const { tables, seedTables, sequences, materializedViews } = contents;
  const seedHash = rowsHashSql(schema, seedRelations(contents));
  const table = (name: string): string => `${quoted(schema)}.${quoted(name)}`;
  const refresh = (name: string): string => `
      IF ${rowsHashSql(schema, [name])} <> ${rowsHashSql(template, [name])} THEN
        REFRESH MATERIALIZED VIEW ${table(name)};
      END IF;`;
  const restore = `
      IF seed <> ${pg.escapeLiteral(blueprint.seedHash)} THEN
        ${seedTables.map(({ name }) => `DELETE FROM ${table(name)};`).join('\n')}
        ${seedTables.map((seed) => copyRowsSql(seed, template, schema)).join('\n')}
        ${materializedViews.map(refresh).join('')}
        seed := ${seedHash};
      END IF;`;
  const count = tables.map((name) => `(SELECT count(*) FROM ${table(name)})`).join(' + ');
  const filled = booleans(tables.map((name) => `EXISTS (SELECT FROM ${table(name)})`));
  return `
    ${dropLeaseFunctionsSql(kit, schema)};
    CREATE FUNCTION ${functionOf(kit, schema, 'empty')}(OUT rows int, OUT seed text)
    LANGUAGE plpgsql AS $scenario_schema_body$
    DECLARE
      filled boolean[];
      changed boolean[];
    BEGIN
      ${tables.length === 0 ? '' : `LOCK TABLE ${tables.map(table).join(', ')} IN ROW EXCLUSIVE MODE;`}
      filled := ${filled};
      ${tables.map((name, index) => `IF filled[${String(index + 1)}] THEN DELETE FROM ${table(name)}; END IF;`).join('\n')}
      seed := ${seedHash};
      ${restore}
      changed := ${booleans(sequences.map((sequence) => isSequenceChangedSql(sequence, schema)))};
      ${sequences
        .map(
          (sequence, index) =>
            `IF changed[${String(index + 1)}] THEN PERFORM ${setSequenceSql(sequence, schema)}; END IF;`,
        )
        .join('\n')}
      rows := 0;
      IF true = ANY (${filled}) THEN rows := ${count === '' ? '0' : count}; END IF;
    END
    $scenario_schema_body$;
    CREATE FUNCTION ${functionOf(kit, schema, 'sign')}() RETURNS text LANGUAGE plpgsql AS $scenario_schema_body$
    BEGIN
      RETURN ${signatureSql(oids)};
    END
    $scenario_schema_body$;
  `;
};

const booleans = (expressions: readonly string[]): string => `ARRAY[${expressions.join(', ')}]::boolean[]`;

/** SQL that drops the functions of a lease. */
export const dropLeaseFunctionsSql = (kit: string, schema: string): string =>
  `DROP FUNCTION IF EXISTS ${functionOf(kit, schema, 'empty')}, ${functionOf(kit, schema, 'sign')}`;
