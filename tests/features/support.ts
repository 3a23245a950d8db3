import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { expect } from 'vitest';
import { LogCapture } from '../../features/support/observability/log-capture.js';
import type { SchemaTemplate, IsolationMode } from '../../features/support/run/parameters.js';
import type { LeasedDatabase } from '../../features/support/schema/leased-database.js';
import { SchemaPool, type SchemaPoolOptions } from '../../features/support/schema/pool.js';
import { LeakError, type Lease } from '../../features/support/schema/lease.js';
import { recordTemplate } from '../../features/support/schema/template.js';
import { captureError } from '../support/capture-error.js';
import { createDatabase, silentLog, type TestDatabase } from '../support/postgres.js';

/** Settings of the pools that leases keep. */
const settings = { pool: { min: 0, max: 4 }, statementTimeoutMs: 5_000, slowQueryMs: 5_000 };

/** A name for a run that no other has. */
export const newRun = (): string => randomBytes(4).toString('hex');

/** What a rejected promise reports as left behind. */
export const leaksOf = async (promise: Promise<void>): Promise<string> => {
  const error = await captureError(promise);
  expect(error).toBeInstanceOf(LeakError);
  return (error as LeakError).leaks.join('; ');
};

/** A database with a template, pools, and a separate connection for checks. */
export class PoolFixture {
  readonly #pools: SchemaPool[] = [];

  private constructor(
    readonly url: string,
    readonly template: SchemaTemplate,
    readonly client: pg.Client,
    private readonly database: TestDatabase,
  ) {}

  static async open(): Promise<PoolFixture> {
    const database = await createDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const template = await recordTemplate(client, database.url, newRun(), silentLog());
    return new PoolFixture(database.url, template, client, database);
  }

  /** A pool as a process of a run has it. */
  async pool(options: Partial<SchemaPoolOptions> = {}): Promise<SchemaPool> {
    const { url, template } = this;
    const base = {
      url,
      template,
      mode: 'lease' as IsolationMode,
      keepFailed: false,
      run: newRun(),
      worker: '0',
      settings,
    };
    const pool = await SchemaPool.open({ ...base, ...options });
    this.#pools.push(pool);
    return pool;
  }

  /** Whether a schema is there. */
  async exists(schema: string): Promise<boolean> {
    return (await this.client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema])).rows.length > 0;
  }

  async close(): Promise<void> {
    for (const pool of this.#pools) await pool.close();
    await this.client.end();
    await this.database.drop();
  }
}

/** A scenario's schema and the pool of connections to it. */
export const enter = async (pool: SchemaPool): Promise<{ lease: Lease; db: LeasedDatabase }> => {
  const lease = await pool.acquire();
  return { lease, db: await lease.openDatabase(new LogCapture()) };
};

/** Inserts related rows, and a row of the append-only audit log. */
export const insertRows = async (db: LeasedDatabase): Promise<void> => {
  await db.knex.raw(`
    INSERT INTO users (id, username) VALUES (gen_random_uuid(), 'ada');
    INSERT INTO user_roles (user_id, role_id) SELECT u.id, r.id FROM users u, roles r WHERE r.name = 'admin';
    INSERT INTO audit_events (id, action, result) VALUES (gen_random_uuid(), 'user.registered', 'success')`);
};

/** The number of users in a schema. */
export const countUsers = async (db: LeasedDatabase): Promise<number> =>
  (await db.knex.raw<{ rows: { n: number }[] }>('SELECT count(*) AS n FROM users')).rows[0]?.n ?? -1;
