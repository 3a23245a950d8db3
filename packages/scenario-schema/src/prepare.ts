import { hostname } from 'node:os';
import type pg from 'pg';
import { searchPathOf, type Blueprint, type Capture } from './blueprint.js';
import { endSessions, runMigrations } from './capture/migrate.js';
import { canDump, dumpSchema } from './capture/pg-dump.js';
import { RecordingProxy } from './capture/proxy.js';
import { toBatches } from './capture/statements.js';
import { connect, firstRow, withDatabase, withSearchPath } from './connection.js';
import { createSchema, sessionSettings, type MigrationContext } from './create-schema.js';
import { messageOf, ScenarioSchemaError } from './errors.js';
import { databasePrefix, quoted, runNames, type RunNames } from './names.js';
import { OpenConnections } from './open-connections.js';
import { readContents, rowsHashSql, seedRelations } from './schema/contents.js';
import { kitFunctionsSql } from './schema/functions.js';
import { compareSnapshots, takeSnapshot, type Snapshot } from './schema/snapshot.js';
import type { Privileges } from './server/privileges.js';
import { createTemplateDatabase } from './server/template-database.js';

/** What a run is prepared with. */
export interface PrepareOptions extends MigrationContext {
  readonly base: pg.Client;
  readonly baseUrl: string;
  readonly server: string;
  readonly privileges: Privileges;
  readonly databasePerProcess: boolean;
  readonly names: RunNames;
  readonly searchPath: readonly string[];
  readonly capture: Exclude<Capture, 'migrations'> | undefined;
  /** The process that coordinates the run. */
  readonly coordinator: number;
  readonly log: (line: string) => void;
}

/** Extensions that the migrations have created in the template belong to the database: they move to `public`. */
const moveExtensions = async (client: pg.Client, template: string): Promise<void> => {
  const { rows } = await client.query<{ name: string }>(
    'SELECT extname AS name FROM pg_extension WHERE extnamespace = $1::regnamespace AND extrelocatable',
    [quoted(template)],
  );
  for (const { name } of rows) await client.query(`ALTER EXTENSION ${quoted(name)} SET SCHEMA public`);
};

const outsideTables = async (client: pg.Client, prefix: string): Promise<string[]> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema$)' AND NOT starts_with(n.nspname, $1)
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1`,
    [prefix],
  );
  return rows.map(({ name }) => name);
};

const requireStructure = async (
  client: pg.Client,
  names: RunNames,
  snapshot: Snapshot,
  before: readonly string[],
): Promise<void> => {
  const outside = (await outsideTables(client, names.prefix)).filter((name) => !before.includes(name));
  if (outside.length > 0) {
    throw new ScenarioSchemaError(
      `The migrations created ${outside.join(', ')} outside of the schema that they were given. ` +
        'Let them connect with the unchanged URL, since the search path is in it, and leave schemas out of table names, or use SCENARIO_SCHEMA.',
    );
  }
  if (Object.keys(snapshot).every((object) => object.startsWith('privileges '))) {
    throw new ScenarioSchemaError('The migrations created nothing in the schema that they were given.');
  }
};

/** The first structure that yields the same schema as the migrations; the migrations themselves if there is none. */
const chooseStructure = async (
  client: pg.Client,
  url: string,
  blueprint: Blueprint,
  candidates: readonly { readonly capture: Capture; readonly structure: readonly string[] }[],
  options: PrepareOptions,
): Promise<Blueprint> => {
  const reasons: string[] = [];
  for (const candidate of candidates) {
    const trial = `${blueprint.prefix}${blueprint.run}_trial`;
    try {
      const chosen = { ...blueprint, ...candidate };
      await createSchema(client, url, chosen, trial, options);
      const differences = compareSnapshots(blueprint.snapshot, await takeSnapshot(client, trial));
      await client.query(`DROP SCHEMA ${quoted(trial)} CASCADE`);
      if (differences.length === 0) return chosen;
      const shown = differences.slice(0, 5).map(({ object, change }) => `${object} ${change}`);
      reasons.push(`${candidate.capture}: ${shown.join(', ')}`);
    } catch (error) {
      reasons.push(`${candidate.capture}: ${messageOf(error)}`);
    }
  }
  options.log(
    `the captured structure differs from that of the migrations, which run for each schema instead (${reasons.join('; ')})`,
  );
  return { ...blueprint, capture: 'migrations', structure: [] };
};

const prepareIn = async (client: pg.Client, url: string, options: PrepareOptions): Promise<Blueprint> => {
  const { names, searchPath, privileges, log, env, cwd, migrate } = options;
  const { template, kit } = names;
  await client.query(`CREATE SCHEMA ${quoted(template)}; CREATE SCHEMA ${quoted(kit)}`);
  await client.query(kitFunctionsSql(kit));
  const before = await outsideTables(client, names.prefix);
  const { rows: versions } = await client.query<{ major: number }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS major`,
  );
  const dumps = options.capture !== 'statements' && (await canDump(versions[0]?.major ?? 0, env));
  if (options.capture === 'pg_dump' && !dumps) {
    throw new ScenarioSchemaError('pg_dump is not installed, or older than the server.');
  }
  const proxy = dumps ? null : await RecordingProxy.open(url);
  const connections = new OpenConnections();
  try {
    const target = withSearchPath(proxy?.url ?? url, searchPathOf(options, template), template);
    await runMigrations(migrate, { url: target, schema: template, env, cwd });
  } finally {
    connections.ignoreErrors();
    connections.stop();
    await endSessions(async () => {
      await proxy?.close();
      await client.query(
        'SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()',
        [template],
      );
    });
  }
  await client.query(sessionSettings);
  await moveExtensions(client, template);
  const snapshot = await takeSnapshot(client, template);
  await requireStructure(client, names, snapshot, before);
  const contents = await readContents(client, template, privileges.bypassesRowSecurity);
  const { hash: seedHash } = firstRow(
    await client.query<{ hash: string }>(`SELECT ${rowsHashSql(template, seedRelations(contents))} AS hash`),
  );
  const blueprint: Blueprint = {
    prefix: names.prefix,
    run: names.run,
    baseUrl: options.baseUrl,
    template,
    kit,
    templateDatabase: null,
    capture: 'migrations',
    structure: [],
    contents,
    snapshot,
    seedHash,
    searchPath,
    server: options.server,
  };
  const candidates =
    proxy === null
      ? [{ capture: 'pg_dump' as const, structure: [await dumpSchema(url, template, env)] }]
      : [false, true].map((reads) => ({
          capture: 'statements' as const,
          structure: toBatches(proxy.statements, reads),
        }));
  if (contents.unsupported.length > 0) {
    log(`schemas are not reused, since a used one cannot be emptied and verified: ${contents.unsupported.join(', ')}`);
  }
  return chooseStructure(client, url, blueprint, candidates, options);
};

/**
 * Prepares a run: runs the migrations once, captures the structure, and registers the blueprint in the base database for the
 * other processes of the run.
 */
export const prepareRun = async (options: PrepareOptions): Promise<Blueprint> => {
  const { base, baseUrl, names, privileges, databasePerProcess, log } = options;
  const { rows } = await base.query<{ name: string }>('SELECT current_database() AS name');
  const database = rows[0]?.name ?? '';
  const templateName = `${databasePrefix(names.prefix, database)}${names.run}_template`;
  const templateDatabase =
    databasePerProcess &&
    privileges.mayCreateDatabases &&
    (await createTemplateDatabase(base, templateName, log, (name) =>
      connect(withDatabase(baseUrl, name), 'scenario-schema setup'),
    ))
      ? templateName
      : null;
  const url = templateDatabase === null ? baseUrl : withDatabase(baseUrl, templateDatabase);
  const client = await connect(url, 'scenario-schema setup');
  let blueprint: Blueprint;
  try {
    blueprint = { ...(await prepareIn(client, url, options)), templateDatabase };
  } finally {
    await client.end();
  }
  const registry = quoted(runNames(names.prefix, names.run).registry);
  await base.query(
    `CREATE SCHEMA ${registry};
     CREATE TABLE ${registry}.run (pid int, host text, blueprint jsonb);
     CREATE TABLE ${registry}.report (worker text, report jsonb)`,
  );
  await base.query(`INSERT INTO ${registry}.run VALUES ($1, $2, $3)`, [
    options.coordinator,
    hostname(),
    JSON.stringify(blueprint),
  ]);
  log(
    `structure captured ${captureText[blueprint.capture]}, ${options.server}, ` +
      (templateDatabase === null ? 'one database for all workers' : 'one database per worker'),
  );
  return blueprint;
};

const captureText: Readonly<Record<Capture, string>> = {
  pg_dump: 'with pg_dump',
  statements: 'from the statements of the migrations (a logging proxy connection)',
  migrations: 'by running the migrations for each schema',
};
