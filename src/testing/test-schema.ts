import { SchemaPool, type Lease } from 'scenario-schema';
import { Database } from '../database/database.js';
import { MigrationSource } from '../database/migration-source.js';
import { migrateUp } from '../database/migrations.js';
import { createLogger } from '../observability/logger.js';
import { Metrics } from '../observability/metrics.js';
import type { RollcallOptions } from './types.js';

/** Where the schemas are created. */
export type ServerOption = RollcallOptions['server'];

const migrationPool = { pool: { min: 0, max: 2 }, statementTimeoutMs: 60_000, slowQueryMs: 60_000 };

/** Creates the structure of this release in a schema of a database. */
export const migrateSchema = async (url: string, schema: string): Promise<void> => {
  const log = createLogger('silent');
  const database = new Database({ url, schema, ...migrationPool, log, metrics: new Metrics() });
  try {
    await migrateUp(database.knex, log);
  } finally {
    await database.close();
  }
};

/** Processes of one release that run at the same time share the prepared structure. */
const openPool = async (server: ServerOption, release: string): Promise<SchemaPool> => {
  const migrations = await new MigrationSource().getMigrations();
  return SchemaPool.start({
    migrate: migrateSchema,
    ...(server !== undefined && { server }),
    run: { key: `rollcall ${release} ${migrations.join(' ')}`, coordinator: process.pid },
    // The service uses nothing outside of its schema: its locks contain the name of the schema.
    databasePerProcess: false,
    keepFailed: false,
    log: () => undefined,
  });
};

/** A migrated schema of one service. */
export interface TestSchema {
  readonly name: string;
  /** The database that contains it. */
  readonly databaseUrl: string;
  /** Drops the schema, and ends the connection if no other service uses it. */
  close(): Promise<void>;
}

/** A connection that services share, and how many use it. */
interface SharedPool {
  readonly pool: Promise<SchemaPool>;
  users: number;
}

/** Leases schemas. The services of a process on one server share a connection and the prepared structure. */
export class TestSchemas {
  readonly #pools = new Map<string, SharedPool>();

  /**
   * Leases a schema.
   * @param release names the release
   * @throws {ScenarioSchemaError} without a usable database
   */
  async lease(server: ServerOption, release: string): Promise<TestSchema> {
    const key = JSON.stringify(server ?? null);
    const shared = this.#pools.get(key) ?? { pool: openPool(server, release), users: 0 };
    this.#pools.set(key, shared);
    shared.users += 1;
    let lease: Lease;
    try {
      // Jobs of the service create partitions, so that the structure is not that of the migrations afterwards.
      lease = await (await shared.pool).lease({ title: 'rollcall', fresh: true });
    } catch (error) {
      await this.#leave(key, shared);
      throw error;
    }
    return {
      name: lease.schema,
      databaseUrl: lease.databaseUrl,
      close: async () => {
        try {
          await lease.abandon();
        } finally {
          await this.#leave(key, shared);
        }
      },
    };
  }

  async #leave(key: string, shared: SharedPool): Promise<void> {
    shared.users -= 1;
    if (shared.users > 0) return;
    this.#pools.delete(key);
    // A pool that has not started has nothing to stop.
    const pool = await shared.pool.catch(() => undefined);
    await pool?.stop();
  }
}
