import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { Blueprint } from './blueprint.js';
import { connect, connectToGiven, withDatabase } from './connection.js';
import { mergeReports, type Report, type WorkerReport } from './measurements.js';
import { OwnConnection } from './own-connection.js';
import { databasePrefix, defaultPrefix, quoted, runNames, shortHash, validatePrefix, type RunNames } from './names.js';
import { resolveOptions, type ResolvedOptions, type SchemaPoolOptions } from './options.js';
import { prepareRun } from './prepare.js';
import { findServer } from './server/find-server.js';
import { requireMarker } from './server/marker.js';
import { requirePrivileges } from './server/privileges.js';
import { dropDatabase } from './server/drop-database.js';
import { removeServerLeftovers } from './server/server-leftovers.js';
import { dropRun, runLockSql, sweep, type BaseDatabase } from './server/sweep.js';
import { copySettings, copyStrategy } from './server/template-database.js';

/** A run that this process takes part in. */
export interface OpenRun {
  readonly blueprint: Blueprint;
  readonly options: ResolvedOptions;
  /** The database of this process. */
  readonly databaseUrl: string;
  /** Whether no other process uses that database. */
  readonly isAlone: boolean;
  /** Whether the server is only for this run. Objects of another server may belong to anyone. */
  readonly isOwnServer: boolean;
  /** Names this process among those of the run. */
  readonly worker: string;
  /** 1 if this process has prepared the run. */
  readonly setups: number;
  /** Connects to the database of this process. */
  connect(): Promise<pg.Client>;
  /** Connects to the server again if that connection was lost. */
  restore(): Promise<boolean>;
  /**
   * Replaces the database of this process with a new copy of the template; undefined if processes share it. If the copy cannot be
   * created, the database stays.
   * @param disconnect called before the database is dropped; closes the connections to it
   */
  readonly renewDatabase: ((disconnect: () => Promise<void>) => Promise<void>) | undefined;
  /**
   * Leaves the run. The last process drops what is left of it.
   * @param keep whether schemas were kept, which the next run removes
   * @returns the report of all processes that have left
   */
  close(report: WorkerReport | null, keep?: boolean): Promise<Report | null>;
}

const readBlueprint = async (base: pg.Client, { registry }: RunNames): Promise<Blueprint | null> => {
  const { rows: found } = await base.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
    `${quoted(registry)}.run`,
  ]);
  if (found[0]?.found !== true) return null;
  const { rows } = await base.query<{ blueprint: Blueprint }>(`SELECT blueprint FROM ${quoted(registry)}.run`);
  return rows[0]?.blueprint ?? null;
};

/** Only one process at a time prepares, sweeps or leaves. */
const setupLock = (prefix: string): string => `hashtextextended('scenario-schema setup ${prefix}', 0)`;

const exclusively = async <T>(base: pg.Client, prefix: string, work: () => Promise<T>): Promise<T> => {
  await base.query(`SELECT pg_advisory_lock(${setupLock(prefix)})`);
  try {
    return await work();
  } finally {
    await base.query(`SELECT pg_advisory_unlock(${setupLock(prefix)})`);
  }
};

const currentDatabase = async (client: pg.Client): Promise<string> =>
  (await client.query<{ name: string }>('SELECT current_database() AS name')).rows[0]?.name ?? '';

/**
 * Prepares or joins a run.
 * @throws {ScenarioSchemaError} if there is no server that may be used, or the migrations fail
 */
export const openRun = async (given: SchemaPoolOptions): Promise<OpenRun> => {
  const options = resolveOptions(given);
  const { env, cwd, log } = options;
  const prefix = validatePrefix(given.prefix ?? defaultPrefix);
  const names = runNames(
    prefix,
    given.run === undefined ? randomBytes(4).toString('hex') : shortHash(`${given.run.key} ${cwd}`),
  );
  const server = await findServer(given.server, env, cwd);
  let base: pg.Client | undefined;
  try {
    const client = (base = await connectToGiven(server.url, 'scenario-schema base'));
    if (!server.isOwn) await requireMarker(client, prefix);
    const privileges = await requirePrivileges(client);
    const database = { base: await currentDatabase(client), url: server.url };
    const { blueprint, setups } = await exclusively(client, prefix, async () => {
      for (const run of await sweep(client, database, prefix, names.run)) log(`removed what the run ${run} had left`);
      // A run with this name that was killed has no lock; its leftovers must not be joined.
      const { rows } = await client.query<{ free: boolean }>(
        `SELECT pg_try_advisory_lock(${runLockSql(prefix, names.run)}) AS free`,
      );
      if (rows[0]?.free === true) {
        await dropRun(client, database, names);
        await client.query(`SELECT pg_advisory_unlock(${runLockSql(prefix, names.run)})`);
      }
      await client.query(`SELECT pg_advisory_lock_shared(${runLockSql(prefix, names.run)})`);
      const known = await readBlueprint(client, names);
      if (known !== null) return { blueprint: known, setups: 0 };
      const leftovers = server.isOwn ? await removeServerLeftovers(client, prefix) : [];
      if (leftovers.length > 0) log(`removed from the server what earlier runs had left: ${leftovers.join(', ')}`);
      try {
        const prepared = await prepareRun({
          ...options,
          base: client,
          baseUrl: server.url,
          server: server.description,
          privileges,
          databasePerProcess: given.databasePerProcess ?? true,
          names,
          searchPath: given.searchPath ?? ['public'],
          capture: given.capture,
          coordinator: given.run?.coordinator ?? process.pid,
        });
        return { blueprint: prepared, setups: 1 };
      } catch (error) {
        await dropRun(client, database, names);
        throw error;
      }
    });
    const worker = `w${randomBytes(3).toString('hex')}`;
    const own =
      blueprint.templateDatabase === null ? null : `${databasePrefix(prefix, database.base)}${names.run}_${worker}`;
    if (own !== null) await copyTemplate(client, blueprint, own);
    const databaseUrl = own === null ? server.url : withDatabase(server.url, own);
    const lasting = new OwnConnection(client, async () => {
      const again = (base = await connectToGiven(server.url, 'scenario-schema base'));
      await again.query(`SELECT pg_advisory_lock_shared(${runLockSql(prefix, names.run)})`);
      return again;
    });
    return {
      blueprint,
      options,
      databaseUrl,
      isAlone: own !== null,
      isOwnServer: server.isOwn,
      worker,
      setups,
      connect: () => connect(databaseUrl, `scenario-schema ${worker}`),
      restore: () => lasting.restore(),
      renewDatabase:
        own === null
          ? undefined
          : async (disconnect) => {
              await lasting.restore();
              const copy = `${own}_new`;
              await dropDatabase(lasting.client, database.url, copy);
              await copyTemplate(lasting.client, blueprint, copy);
              await disconnect();
              await dropDatabase(lasting.client, database.url, own);
              await lasting.client.query(`ALTER DATABASE ${quoted(copy)} RENAME TO ${quoted(own)}`);
            },
      close: async (report, keep = false) => {
        try {
          await lasting.restore();
          const present = lasting.client;
          return await exclusively(present, prefix, () =>
            leave(present, { names, database, own, worker, report, keep, options, blueprint }),
          );
        } finally {
          await lasting.client.end();
          await server.stop();
        }
      },
    };
  } catch (error) {
    await base?.end();
    await server.stop();
    throw error;
  }
};

/** Copies the template's database, and the settings of the base database. */
const copyTemplate = async (base: pg.Client, { templateDatabase, prefix }: Blueprint, name: string): Promise<void> => {
  const strategy = await copyStrategy(base);
  // Concurrent copies of one template wait for each other.
  await exclusively(base, prefix, () =>
    base.query(`CREATE DATABASE ${quoted(name)} TEMPLATE ${quoted(templateDatabase ?? '')} ${strategy}`),
  );
  await copySettings(base, name);
};

const leave = async (
  base: pg.Client,
  {
    names,
    database,
    own,
    worker,
    report,
    keep,
    options,
    blueprint,
  }: {
    readonly names: RunNames;
    readonly database: BaseDatabase;
    readonly own: string | null;
    readonly worker: string;
    readonly report: WorkerReport | null;
    readonly keep: boolean;
    readonly options: ResolvedOptions;
    readonly blueprint: Blueprint;
  },
): Promise<Report | null> => {
  const { prefix, run, registry } = names;
  let merged: Report | null = null;
  if (report !== null) {
    await base.query(`INSERT INTO ${quoted(registry)}.report VALUES ($1, $2)`, [worker, JSON.stringify(report)]);
    const { rows } = await base.query<{ report: WorkerReport }>(`SELECT report FROM ${quoted(registry)}.report`);
    const mode = options.fresh || blueprint.contents.unsupported.length > 0 ? 'fresh' : 'lease';
    merged = mergeReports(
      rows.map((row) => row.report),
      { capture: blueprint.capture, mode },
    );
  }
  if (keep) {
    await base.query(`UPDATE ${quoted(registry)}.run SET host = 'kept for inspection'`);
  } else if (own !== null) await dropDatabase(base, database.url, own);
  const lock = runLockSql(prefix, run);
  await base.query(`SELECT pg_advisory_unlock_shared(${lock})`);
  const { rows } = await base.query<{ last: boolean }>(`SELECT pg_try_advisory_lock(${lock}) AS last`);
  if (rows[0]?.last !== true) return merged;
  const { rows: kept } = await base.query<{ kept: boolean }>(
    `SELECT host = 'kept for inspection' AS kept FROM ${quoted(registry)}.run`,
  );
  if (kept[0]?.kept !== true) await dropRun(base, database, names);
  return merged;
};
