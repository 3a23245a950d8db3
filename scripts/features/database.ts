import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { startTemporaryServer } from 'embedded-postgres-server';
import { markDatabase, requireMarker, ScenarioSchemaError } from 'scenario-schema';
import type { DatabaseParameters } from '../../features/support/run/parameters.js';
import { schemaPrefix, startSchemaPool } from '../../features/support/schema/schema-pool.js';
import { createLogger } from '../../src/observability/logger.js';
import { UsageError } from './options.js';

/** The migrated database that a run uses. */
export interface FeatureDatabase {
  readonly parameters: DatabaseParameters;
  /** Drops the schemas of the run, unless some were kept, and stops the server if the run has started it. */
  close(): Promise<void>;
}

/** The environment variable with the URL of the server that a run with `--watch` has started. */
export const serverVariable = 'ROLLCALL_FEATURES_SERVER';

/** A server, and how to stop it. */
interface FeatureServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Connects to an existing database.
 * @throws {UsageError} if it cannot be reached
 */
const connectTo = async (url: string): Promise<pg.Client> => {
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

/** Errors that a user can correct become usage errors; those with a cause, such as a failed migration, do not. */
const asUsageError = (error: unknown): unknown =>
  error instanceof ScenarioSchemaError && error.cause === undefined ? new UsageError(error.message) : error;

const withClient = async (url: string, use: (client: pg.Client) => Promise<void>): Promise<void> => {
  const client = await connectTo(url);
  try {
    await use(client);
  } catch (error) {
    throw asUsageError(error);
  } finally {
    await client.end();
  }
};

/**
 * Marks an empty database for the features.
 * @param report called with what the mark permits, before the database is marked
 * @throws {UsageError} if the database is not empty or has another purpose
 */
export const markForFeatures = (url: string, report: (text: string) => void): Promise<void> =>
  withClient(url, (client) => markDatabase(client, schemaPrefix, report));

/** Starts a temporary server; its template stays in `.cache`. */
export const startServer = async (root: string, env: NodeJS.ProcessEnv): Promise<FeatureServer> => {
  const server = await startTemporaryServer({
    cacheDir: join(root, '.cache', 'postgres'),
    log: createLogger('error'),
    env,
  });
  await withClient(server.url, async (client) => {
    // initdb describes the database with a comment.
    await client.query('COMMENT ON DATABASE postgres IS NULL');
    await markDatabase(client, schemaPrefix, () => undefined);
  });
  return { url: server.url, stop: () => server.stop() };
};

/**
 * Prepares a database for a run: checks the mark, and creates and migrates the structure that the processes of the run copy.
 * @param given the URL of an existing database
 * @throws {UsageError} for a database that must not be used
 */
export const openDatabase = async ({
  root,
  env,
  given,
  ...options
}: Pick<DatabaseParameters, 'mode' | 'keepFailed'> & {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly given: string | undefined;
}): Promise<FeatureDatabase> => {
  const server =
    given === undefined ? await startServer(root, env) : { url: given, stop: () => Promise.resolve(undefined) };
  try {
    const { url } = server;
    await withClient(url, (client) => requireMarker(client, schemaPrefix, 'npm run features -- --mark-database'));
    const run = { key: `features ${randomBytes(8).toString('hex')}`, coordinator: process.pid };
    const parameters: DatabaseParameters = { url, run, ...options };
    const pool = await startSchemaPool(parameters).catch((error: unknown) => {
      throw asUsageError(error);
    });
    return {
      parameters,
      close: async () => {
        try {
          await pool.stop();
        } finally {
          await server.stop();
        }
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
};
