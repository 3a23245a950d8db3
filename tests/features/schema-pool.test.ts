import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpCatalog } from '../support/catalog.js';
import { openDatabase } from '../support/open-database.js';
import { PoolFixture, countUsers, enter, insertRows, leaksOf } from './support.js';

let fixture: PoolFixture;
beforeAll(async () => {
  fixture = await PoolFixture.open();
});
afterAll(() => fixture.close());

describe('a leased schema', () => {
  it('is reset to its migrated state for the next scenario', async () => {
    const pool = await fixture.pool();
    const first = await enter(pool);
    await insertRows(first.db);
    await first.db.knex.raw(`
      UPDATE roles SET description = 'changed' WHERE name = 'user';
      DELETE FROM role_permissions;
      INSERT INTO roles (id, name) VALUES (gen_random_uuid(), 'guest');
      SELECT nextval('knex_migrations_id_seq')`);
    await first.lease.release();

    const second = await enter(pool);
    expect(second.lease.schema).toBe(first.lease.schema);
    expect(await countUsers(second.db)).toBe(0);
    const rowsOf = async (schema: string): Promise<unknown[]> => {
      const rows: unknown[] = [];
      for (const table of fixture.template.seedTables) {
        rows.push((await fixture.client.query(`SELECT * FROM ${schema}.${table} t ORDER BY t::text`)).rows);
      }
      for (const sequence of fixture.template.sequences) {
        rows.push((await fixture.client.query(`SELECT last_value, is_called FROM ${schema}.${sequence}`)).rows);
      }
      return rows;
    };
    expect(fixture.template.seedTables).toEqual([
      'config_override_state',
      'knex_migrations',
      'permissions',
      'role_permissions',
      'roles',
    ]);
    expect(await rowsOf(second.lease.schema)).toEqual(await rowsOf(fixture.template.schema));
    await second.lease.release();
    expect(pool.made).toBe(1);
  });

  it.each(['lease', 'fresh'] as const)('reports which actions were audited, in %s mode', async (mode) => {
    const pool = await fixture.pool({ mode });
    const { lease, db } = await enter(pool);
    await insertRows(db);
    await lease.release();
    expect(lease.actions).toEqual(['user.registered']);
    const next = await enter(pool);
    await next.lease.release();
    expect(next.lease.actions).toEqual([]);
  });

  it('has the structure that the migrations create', async () => {
    const pool = await fixture.pool();
    const { lease, db } = await enter(pool);
    const pattern = openDatabase(fixture.url, { schema: fixture.template.schema });
    try {
      const anonymous = (lines: string[], schema: string): string[] =>
        lines.map((line) => line.replaceAll(schema, 'S'));
      expect(anonymous(await dumpCatalog(db.knex), lease.schema)).toEqual(
        anonymous(await dumpCatalog(pattern.knex), fixture.template.schema),
      );
    } finally {
      await pattern.close();
      await lease.release();
    }
  });

  it('keeps its search path to itself: public is not on it', async () => {
    const pool = await fixture.pool();
    const { lease, db } = await enter(pool);
    const { rows } = await db.knex.raw<{ rows: { schemas: string[] }[] }>(
      'SELECT current_schemas(false)::text[] AS schemas',
    );
    expect(rows[0]?.schemas).toEqual([lease.schema]);
    await lease.release();
  });

  it.each([
    ['ALTER TABLE users ADD COLUMN shoe_size integer'],
    ['ALTER TABLE users ALTER COLUMN username DROP NOT NULL'],
    ['ALTER TABLE users ALTER COLUMN metadata SET DEFAULT \'{"a":1}\''],
    ['ALTER TABLE users DROP CONSTRAINT users_description_check'],
    ['ALTER TABLE users DISABLE TRIGGER users_bump_version'],
    ['CREATE INDEX leaked_idx ON users (created_at)'],
    ['CREATE TABLE leaked (id integer)'],
    ['CREATE FUNCTION leaked() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$'],
    ['CREATE OR REPLACE FUNCTION bump_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$'],
    ['DROP TABLE greetings'],
    [`CREATE TYPE mood AS ENUM ('good')`],
  ])('is discarded if its structure was changed: %s', async (ddl) => {
    const pool = await fixture.pool();
    const { lease, db } = await enter(pool);
    await db.knex.raw(ddl);
    expect(await leaksOf(lease.release())).toMatch(/structure|cannot be emptied/);
    expect(await fixture.exists(lease.schema)).toBe(false);
    const next = await enter(pool);
    expect(next.lease.schema).not.toBe(lease.schema);
    await next.lease.release();
  });

  it('is discarded if another session has an open transaction in it', async () => {
    const pool = await fixture.pool();
    const { lease, db } = await enter(pool);
    await insertRows(db);
    const intruder = new pg.Client({ connectionString: fixture.url, application_name: `${lease.schema} forgotten` });
    intruder.on('error', () => undefined);
    await intruder.connect();
    await intruder.query(`BEGIN; UPDATE ${lease.schema}.users SET description = 'held'`);
    expect(await leaksOf(lease.release())).toMatch(/locked.*in a transaction/);
    expect(await fixture.exists(lease.schema)).toBe(false);
  });

  it('is discarded if a session was left open', async () => {
    const pool = await fixture.pool();
    const { lease } = await enter(pool);
    const forgotten = new pg.Client({ connectionString: fixture.url, application_name: `${lease.schema} forgotten` });
    forgotten.on('error', () => undefined);
    await forgotten.connect();
    expect(await leaksOf(lease.release())).toMatch(/1 sessions that were not closed/);
  });

  it('is discarded if a transaction of its pool was not ended', async () => {
    const pool = await fixture.pool();
    const { lease, db } = await enter(pool);
    const forgotten = await db.knex.transaction();
    await forgotten.raw('SELECT 1');
    forgotten.executionPromise.catch(() => undefined);
    const given = leaksOf(lease.release());
    expect(await given).toMatch(/1 connections of the pool that were not given back/);
    expect(await fixture.exists(lease.schema)).toBe(false);
  });

  it('is discarded if an advisory lock is held', async () => {
    const pool = await fixture.pool();
    const { lease, db } = await enter(pool);
    await db.knex.raw('SELECT pg_advisory_lock(4711)');
    expect(await leaksOf(lease.release())).toMatch(/1 advisory locks/);
  });

  it('gets a new pool of connections after a scenario that changed or closed it', async () => {
    const pool = await fixture.pool();
    const first = await enter(pool);
    (
      await first.db.prepareReconfigure({ pool: { min: 0, max: 1 }, statementTimeoutMs: 1_000, slowQueryMs: 10 })
    ).commit();
    await insertRows(first.db);
    await first.lease.release();
    const second = await enter(pool);
    expect(second.db).not.toBe(first.db);
    expect(second.lease.schema).toBe(first.lease.schema);
    expect(await countUsers(second.db)).toBe(0);
    await second.db.close();
    await second.lease.release();
    const third = await enter(pool);
    expect(await countUsers(third.db)).toBe(0);
    await third.lease.release();
    expect(pool.made).toBe(1);
  });

  it('is discarded after a scenario that failed, and the next one gets another', async () => {
    const pool = await fixture.pool();
    const { lease, db } = await enter(pool);
    await insertRows(db);
    expect(await lease.abandon()).toEqual({ kept: false });
    expect(await fixture.exists(lease.schema)).toBe(false);
  });

  it('is kept for inspection if the run is configured so', async () => {
    const pool = await fixture.pool({ keepFailed: true });
    const { lease, db } = await enter(pool);
    await insertRows(db);
    expect(await lease.abandon()).toEqual({ kept: true });
    const look = new pg.Client({ connectionString: lease.psqlUrl });
    await look.connect();
    expect((await look.query('SELECT username FROM users')).rows).toEqual([{ username: 'ada' }]);
    await look.end();
  });
});
