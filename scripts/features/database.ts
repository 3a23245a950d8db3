import { join } from 'node:path';
import pg from 'pg';
import { quoted, runOf, runSchemas, schemaPrefix } from '../../features/support/schema/names.js';
import { recordTemplate } from '../../features/support/schema/template.js';
import type { SchemaTemplate } from '../../features/support/run/parameters.js';
import { startTemporaryServer } from 'embedded-postgres-server';
import { createLogger } from '../../src/observability/logger.js';
import { requireMarker } from './marker.js';
import { UsageError } from './options.js';

/** The server and the migrated template that a run uses. */
export interface FeatureDatabase {
  /** Names the run in schemas and sessions. */
  readonly run: string;
  readonly url: string;
  readonly template: SchemaTemplate;
  /** Drops the schemas of the run, and stops the server if the run has started it. */
  close(): Promise<void>;
}

/** The environment variable with the URL of the server that a run with `--watch` has started. */
export const serverVariable = 'ROLLCALL_FEATURES_SERVER';

/** A server, and how to stop it. */
interface FeatureServer {
  readonly url: string;
  /** Whether the server was started for this run only, and is removed at its end. */
  readonly isOwn: boolean;
  stop(): Promise<void>;
}

/** Starts a temporary server; its template stays in `.cache`. */
export const startServer = async (root: string, env: NodeJS.ProcessEnv): Promise<FeatureServer> => {
  const server = await startTemporaryServer({
    cacheDir: join(root, '.cache', 'postgres'),
    log: createLogger('error'),
    env,
  });
  return { url: server.url, isOwn: true, stop: () => server.stop() };
};

/**
 * Connects to an existing database.
 * @throws {UsageError} if it cannot be reached
 */
export const connectTo = async (url: string): Promise<pg.Client> => {
  try {
    const client = new pg.Client({ connectionString: url, application_name: 'rollcall features' });
    await client.connect();
    return client;
  } catch (error) {
    throw new UsageError(
      `The database of DATABASE_URL cannot be reached: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
};

const lockKey = (run: string): string => `hashtextextended('rollcall features ${run}', 0)`;

/** Drops the schemas of killed runs. A run that is still active holds an advisory lock. */
const dropAbandonedRuns = async (client: pg.Client): Promise<void> => {
  const { rows } = await client.query<{ name: string }>(
    'SELECT nspname AS name FROM pg_namespace WHERE starts_with(nspname, $1)',
    [schemaPrefix],
  );
  for (const run of new Set(rows.map(({ name }) => runOf(name)))) {
    if (run === undefined) continue;
    const { rows: lock } = await client.query<{ free: boolean }>(
      `SELECT pg_try_advisory_lock(${lockKey(run)}) AS free`,
    );
    if (lock[0]?.free === true) await dropRun(client, run);
  }
};

/** Drops one schema per transaction, since dropping locks every object in the schema. */
const dropRun = async (client: pg.Client, run: string): Promise<void> => {
  const { rows } = await client.query<{ name: string }>(
    'SELECT nspname AS name FROM pg_namespace WHERE starts_with(nspname, $1)',
    [`${schemaPrefix}${run}_`],
  );
  for (const { name } of rows) await client.query(`DROP SCHEMA ${quoted(name)} CASCADE`);
  await client.query(`SELECT pg_advisory_unlock(${lockKey(run)})`);
};

/** Requires the privileges to create schemas and to disable triggers, as emptying a schema does. */
const requirePrivilege = async (client: pg.Client): Promise<void> => {
  const sql = `SELECT has_parameter_privilege('session_replication_role', 'SET')
    AND has_database_privilege(current_database(), 'CREATE') AS allowed`;
  const { rows } = await client.query<{ allowed: boolean }>(sql);
  if (rows[0]?.allowed === true) return;
  throw new UsageError(
    'The role of DATABASE_URL cannot create schemas or set session_replication_role; use a superuser, or grant both: ' +
      'GRANT CREATE ON DATABASE … TO role; GRANT SET ON PARAMETER session_replication_role TO role.',
  );
};

/**
 * Prepares a database for a run: checks the marker, and creates and migrates the template.
 * @param given an existing database
 * @param keepSchemas called at the end; returns whether to keep the schemas of failed scenarios
 * @throws {UsageError} for a database that must not be used
 */
export const openDatabase = async ({
  root,
  run,
  env,
  given,
  keepSchemas,
}: {
  readonly root: string;
  readonly run: string;
  readonly env: NodeJS.ProcessEnv;
  readonly given: { readonly url: string; readonly isTrusted: boolean } | undefined;
  readonly keepSchemas: () => boolean;
}): Promise<FeatureDatabase> => {
  const server: FeatureServer =
    given === undefined ? await startServer(root, env) : { url: given.url, isOwn: false, stop: async () => undefined };
  let client: pg.Client | undefined;
  try {
    client = await connectTo(server.url);
    if (given?.isTrusted === false) await requireMarker(client);
    if (!server.isOwn) {
      await requirePrivilege(client);
      await dropAbandonedRuns(client);
    }
    await client.query(`SELECT pg_advisory_lock(${lockKey(run)})`);
    const template = await recordTemplate(client, server.url, run, createLogger('error'));
    const open = client;
    return {
      run,
      url: server.url,
      template,
      close: async () => {
        if (!server.isOwn && keepSchemas()) {
          const { pool, template: pattern } = runSchemas(run);
          await open.query(`DROP SCHEMA ${quoted(pool)} CASCADE`);
          await open.query(`DROP SCHEMA ${quoted(pattern)} CASCADE`);
        } else if (!server.isOwn) await dropRun(open, run);
        await open.end();
        await server.stop();
      },
    };
  } catch (error) {
    await client?.end();
    await server.stop();
    throw error;
  }
};
