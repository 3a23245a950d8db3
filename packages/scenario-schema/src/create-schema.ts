import type pg from 'pg';
import { searchPathOf, type Blueprint } from './blueprint.js';
import { runMigrations, type Migrate } from './capture/migrate.js';
import { withSearchPath } from './connection.js';
import type { Environment } from './environment.js';
import { quoted } from './names.js';
import { alwaysEnabledChangesSql, copyRowsSql, setSequenceSql } from './schema/contents.js';

/**
 * The settings of a client of the kit: it does not wait long for locks of scenarios, and triggers and foreign keys are
 * disabled.
 */
export const sessionSettings = `
  RESET ALL;
  SET lock_timeout = '1s';
  SET statement_timeout = '60s';
  SET row_security = off;
  SET client_min_messages = warning;
  SET session_replication_role = replica`;

/** The settings with which the migrations run. */
export interface MigrationContext {
  readonly migrate: Migrate;
  readonly env: Environment;
  readonly cwd: string;
}

/** Creates a schema with the structure of the template; its tables and sequences are as the statements leave them. */
const createStructure = async (
  client: pg.Client,
  url: string,
  blueprint: Blueprint,
  schema: string,
  { migrate, env, cwd }: MigrationContext,
): Promise<void> => {
  await client.query(`CREATE SCHEMA ${quoted(schema)}`);
  if (blueprint.capture === 'migrations') {
    const schemaUrl = withSearchPath(url, searchPathOf(blueprint, schema), schema);
    await runMigrations(migrate, { url: schemaUrl, schema, env, cwd });
    return;
  }
  const path = searchPathOf(blueprint, schema).map(quoted).join(', ');
  await client.query(`RESET ALL; SET client_min_messages = warning; SET search_path = ${path}`);
  for (const batch of blueprint.structure) await client.query(batch.replaceAll(blueprint.template, schema));
};

/** Creates a schema with structure, seed rows and sequences of the template. A failure leaves no transaction open. */
export const createSchema = async (
  client: pg.Client,
  url: string,
  blueprint: Blueprint,
  schema: string,
  context: MigrationContext,
): Promise<void> => {
  const { template, contents } = blueprint;
  const name = (relation: string): string => `${quoted(schema)}.${quoted(relation)}`;
  try {
    await createStructure(client, url, blueprint, schema, context);
    await client.query(sessionSettings);
    await client.query(
      [
        'BEGIN',
        ...alwaysEnabledChangesSql(contents, schema, 'DISABLE'),
        ...contents.tables.map((table) => `DELETE FROM ${name(table)}`),
        ...contents.seedTables.map((table) => `DELETE FROM ${name(table.name)}`),
        ...contents.seedTables.map((table) => copyRowsSql(table, template, schema)),
        ...contents.sequences.map((sequence) => `SELECT ${setSequenceSql(sequence, schema)}`),
        ...contents.materializedViews.map((view) => `REFRESH MATERIALIZED VIEW ${name(view)}`),
        ...alwaysEnabledChangesSql(contents, schema, 'ENABLE ALWAYS'),
        'COMMIT',
      ].join(';\n'),
    );
  } catch (error) {
    await client.query('ROLLBACK');
    await client.query(sessionSettings);
    await client.query(`DROP SCHEMA IF EXISTS ${quoted(schema)} CASCADE`);
    throw error;
  }
};
