import { hostname } from 'node:os';
import type pg from 'pg';
import { codeOf, ScenarioSchemaError } from '../errors.js';
import { databasePrefix, quoted, runNames, runOf } from '../names.js';
import { dropDatabase } from './drop-database.js';

/** SQL of the key of the advisory lock that each process of a run holds in the base database. */
export const runLockSql = (prefix: string, run: string): string =>
  `hashtextextended('scenario-schema run ${prefix}${run}', 0)`;

/** Whether a process runs; a process of another user does. */
const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

const namesWith = async (client: pg.Client, sql: string, prefix: string): Promise<string[]> =>
  (await client.query<{ name: string }>(sql, [prefix])).rows.map(({ name }) => name);

const schemasSql = 'SELECT nspname AS name FROM pg_namespace WHERE starts_with(nspname, $1)';
const databasesSql = 'SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)';

/** How long to wait for locks that other clients hold on a schema of a run that has ended. */
const lockTimeout = '5s';

/**
 * Drops a schema of a run that has ended. Sessions of this role that hold locks on its tables are ended, such as a psql with an open
 * transaction in a schema that was kept.
 * @throws {ScenarioSchemaError} if another client keeps its locks
 */
const dropSchema = async (client: pg.Client, schema: string): Promise<void> => {
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE usename = current_user AND pid <> pg_backend_pid() AND pid IN (
       SELECT l.pid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
       WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND c.relnamespace = to_regnamespace($1))`,
    [quoted(schema)],
  );
  try {
    await client.query(
      `BEGIN; SET LOCAL lock_timeout = '${lockTimeout}'; DROP SCHEMA IF EXISTS ${quoted(schema)} CASCADE; COMMIT`,
    );
  } catch (error) {
    await client.query('ROLLBACK');
    if (codeOf(error) !== '55P03') throw error;
    throw new ScenarioSchemaError(
      `the schema ${schema} of an earlier run cannot be dropped: another client holds locks on its tables`,
    );
  }
};

/** The database that runs are registered in. */
export interface BaseDatabase {
  readonly base: string;
  readonly url: string;
}

/** Drops what belongs to a run: one schema per transaction, since DROP SCHEMA locks every object in the schema. */
export const dropRun = async (
  client: pg.Client,
  { base, url }: BaseDatabase,
  { prefix, run }: { readonly prefix: string; readonly run: string },
): Promise<void> => {
  const databases = await namesWith(client, databasesSql, `${databasePrefix(prefix, base)}${run}_`);
  for (const name of databases) await dropDatabase(client, url, name);
  const schemas = await namesWith(client, schemasSql, `${prefix}${run}_`);
  for (const name of schemas) await dropSchema(client, name);
};

/** Whether the process that coordinates a run still runs; between two of its workers no lock is held. */
const isCoordinated = async (client: pg.Client, registry: string): Promise<boolean> => {
  const { rows: found } = await client.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
    `${quoted(registry)}.run`,
  ]);
  if (found[0]?.found !== true) return false;
  const { rows } = await client.query<{ pid: number; host: string }>(`SELECT pid, host FROM ${quoted(registry)}.run`);
  return rows.some(({ pid, host }) => host === hostname() && isRunning(pid));
};

/**
 * Drops what killed runs have left behind. An active run holds an advisory lock or has a running coordinator.
 * @param own the run that calls this function
 * @returns the runs that were dropped
 */
export const sweep = async (
  client: pg.Client,
  database: BaseDatabase,
  prefix: string,
  own: string,
): Promise<string[]> => {
  const { base } = database;
  const schemas = await namesWith(client, schemasSql, prefix);
  const databases = await namesWith(client, databasesSql, databasePrefix(prefix, base));
  const runs = new Set([
    ...schemas.map((name) => runOf(name, prefix)),
    ...databases.map((name) => runOf(name, databasePrefix(prefix, base))),
  ]);
  const dropped: string[] = [];
  for (const run of runs) {
    if (run === undefined || run === own) continue;
    const lock = runLockSql(prefix, run);
    const { rows } = await client.query<{ free: boolean }>(`SELECT pg_try_advisory_lock(${lock}) AS free`);
    if (rows[0]?.free !== true) continue;
    try {
      if (await isCoordinated(client, runNames(prefix, run).registry)) continue;
      await dropRun(client, database, { prefix, run });
      dropped.push(run);
    } finally {
      await client.query(`SELECT pg_advisory_unlock(${lock})`);
    }
  }
  return dropped;
};
