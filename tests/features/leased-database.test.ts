import type { EventEmitter } from 'node:events';
import { LeakError, type Kept, type Lease, type SchemaPool } from 'scenario-schema';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { LogCapture } from '../../features/support/observability/log-capture.js';
import { LeasedDatabase } from '../../features/support/schema/leased-database.js';
import { startSchemaPool } from '../../features/support/schema/schema-pool.js';
import { clientOf } from '../../src/database/knex-connection.js';
import { captureError } from '../support/capture-error.js';
import { useFeatureServer } from './support.js';

const settings = { pool: { min: 0, max: 4 }, statementTimeoutMs: 5_000, slowQueryMs: 5_000 };
const parameters = useFeatureServer();

const enter = async (pool: SchemaPool): Promise<{ lease: Lease; db: LeasedDatabase }> => {
  const lease = await pool.lease();
  const db = await LeasedDatabase.of(lease, settings);
  db.beginFor(new LogCapture());
  return { lease, db };
};

/** Inserts related rows, and a row of the append-only audit log. */
const insertRows = (db: LeasedDatabase): Promise<unknown> =>
  db.knex.raw(`
    INSERT INTO users (id, username) VALUES (gen_random_uuid(), 'ada');
    INSERT INTO user_roles (user_id, role_id) SELECT u.id, r.id FROM users u, roles r WHERE r.name = 'admin';
    INSERT INTO audit_events (id, action, result) VALUES (gen_random_uuid(), 'user.registered', 'success')`);

const countUsers = async (db: LeasedDatabase): Promise<number | undefined> =>
  (await db.knex.raw<{ rows: { n: number }[] }>('SELECT count(*) AS n FROM users')).rows[0]?.n;

const leaksOf = async (lease: Lease): Promise<string[]> => {
  const error = await captureError(lease.return());
  expect(error).toBeInstanceOf(LeakError);
  return (error as LeakError).leaks.map(({ message }) => message);
};

const replaceQuery = async ({ knex }: LeasedDatabase): Promise<void> => {
  const client = clientOf(knex);
  const acquired = await client.acquireConnection();
  const { connection } = acquired;
  Object.assign(connection, { query: connection.query.bind(connection) });
  await client.releaseConnection(acquired);
};

describe.each(['lease', 'fresh'] as const)('the schemas of the features, in %s mode', (mode) => {
  let pool: SchemaPool;
  beforeAll(async () => {
    pool = await startSchemaPool(parameters({ mode }));
    return () => pool.stop();
  });

  it('have the structure of the migrations, which can be captured and emptied', () => {
    expect(pool.capture).not.toBe('migrations');
    expect(pool.blueprint.contents.unsupported).toEqual([]);
    expect(pool.blueprint.contents.seedTables.map(({ name }) => name).sort()).toEqual([
      'config_override_state',
      'knex_migrations',
      'permissions',
      'role_permissions',
      'roles',
    ]);
  });

  it('are used again if they are leased, and report which actions were audited', async () => {
    const first = await enter(pool);
    await insertRows(first.db);
    expect(await first.lease.return()).toEqual([{ action: 'user.registered' }]);
    const second = await enter(pool);
    expect(second.lease.schema === first.lease.schema).toBe(mode === 'lease');
    expect(second.db === first.db).toBe(mode === 'lease');
    expect(await countUsers(second.db)).toBe(0);
    expect(await second.lease.return()).toEqual([]);
  });

  it('are alone on the search path', async () => {
    const { lease, db } = await enter(pool);
    const sql = 'SELECT current_schemas(false)::text[] AS schemas';
    const { rows } = await db.knex.raw<{ rows: { schemas: string[] }[] }>(sql);
    expect(rows[0]?.schemas).toEqual([lease.schema]);
    await lease.return();
  });

  it('are returned after the work of the app and its pings', async () => {
    const { lease, db } = await enter(pool);
    expect(await db.ping(5_000)).toBe(true);
    const late = db.transaction(async (trx) => {
      await trx.raw('SELECT pg_sleep(0.2)');
      await trx.raw(`INSERT INTO users (id, username) VALUES (gen_random_uuid(), 'late')`);
    });
    expect(await lease.return()).toEqual([]);
    await late;
    const next = await enter(pool);
    expect(await countUsers(next.db)).toBe(0);
    await next.lease.return();
  });

  it.each<[string, (db: LeasedDatabase) => unknown]>([
    ['added a listener to knex', ({ knex }) => knex.on('query', () => undefined)],
    [
      'added a listener to its client',
      ({ knex }) => (knex.client as EventEmitter).on('query-response', () => undefined),
    ],
    ['replaced a method of knex', ({ knex }) => Object.assign(knex, { insert: () => undefined })],
    [
      'set an option of knex',
      ({ knex }) => Object.assign((knex.client as { config: object }).config, { postProcessResponse: String }),
    ],
    ['changed the size of its pool', ({ knex }) => Object.assign((knex.client as { pool: object }).pool, { max: 1 })],
    ['replaced a method of a connection', replaceQuery],
    ['closed it', ({ knex }) => knex.destroy()],
  ])('do not share a pool with a scenario that has %s', async (_change, apply) => {
    const first = await enter(pool);
    await apply(first.db);
    await first.lease.return();
    const second = await enter(pool);
    expect(second.db).not.toBe(first.db);
    expect(await countUsers(second.db)).toBe(0);
    await second.lease.return();
  });

  it('are not idle while a connection is being opened', async () => {
    const { lease } = await enter(pool);
    let kept: Kept<unknown> | undefined;
    const db = await LeasedDatabase.of(
      {
        databaseUrl: lease.databaseUrl,
        schema: lease.schema,
        keep: async (_, create) => (kept = await create()).value,
      },
      settings,
    );
    // The second query uses the first connection if that is free before the second is open.
    await Promise.all([db.knex.raw('SELECT 1'), db.knex.raw('SELECT 1')]);
    await vi.waitUntil(() => kept?.isIdle?.(), { interval: 1, timeout: 30_000 });
    expect(db.usage.free).toBe(2);
    await db.close();
    await lease.return();
  });

  it('name a transaction that was not ended, and a changed session', async () => {
    const { lease, db } = await enter(pool);
    await db.knex.raw(`SET work_mem = '1MB'`);
    expect(await leaksOf(lease)).toEqual(['SET work_mem = 1MB in a session that stays open']);
    const next = await enter(pool);
    const forgotten = await next.db.knex.transaction();
    forgotten.executionPromise.catch(() => undefined);
    await forgotten.raw('SELECT 42');
    expect(await leaksOf(next.lease)).toEqual([expect.stringMatching(/^open transaction of client .*SELECT 42/)]);
  });

  it('get a new pool of connections after a scenario that changed or closed it', async () => {
    const first = await enter(pool);
    const next = { pool: { min: 0, max: 1 }, statementTimeoutMs: 1_000, slowQueryMs: 10 };
    (await first.db.prepareReconfigure(next)).commit();
    await insertRows(first.db);
    await first.lease.return();
    const second = await enter(pool);
    expect(second.db).not.toBe(first.db);
    expect(await countUsers(second.db)).toBe(0);
    await second.db.close();
    await second.lease.return();
    const third = await enter(pool);
    expect(await countUsers(third.db)).toBe(0);
    await third.lease.return();
  });
});
