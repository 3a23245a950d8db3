import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpCatalog } from '../support/catalog.js';
import { PoolFixture, countUsers, enter, newRun, insertRows, leaksOf } from './support.js';

let fixture: PoolFixture;
beforeAll(async () => {
  fixture = await PoolFixture.open();
});
afterAll(() => fixture.close());

describe('a fresh schema', () => {
  it('behaves like a leased one, and is dropped after the scenario', async () => {
    const pool = await fixture.pool({ mode: 'fresh' });
    const first = await enter(pool);
    const leased = await enter(await fixture.pool());
    const anonymous = (lines: string[], schema: string): string[] => lines.map((line) => line.replaceAll(schema, 'S'));
    expect(anonymous(await dumpCatalog(first.db.knex), first.lease.schema)).toEqual(
      anonymous(await dumpCatalog(leased.db.knex), leased.lease.schema),
    );
    const seed =
      'SELECT r.name AS role, p.name AS permission FROM role_permissions JOIN roles r ON r.id = role_id ' +
      'JOIN permissions p ON p.id = permission_id ORDER BY 1, 2';
    const rows = async ({ db }: typeof first): Promise<unknown> => (await db.knex.raw<{ rows: unknown }>(seed)).rows;
    expect(await rows(first)).toEqual(await rows(leased));
    await insertRows(first.db);
    await first.lease.release();
    expect(await fixture.exists(first.lease.schema)).toBe(false);
    const second = await enter(pool);
    expect(second.lease.schema).not.toBe(first.lease.schema);
    expect(await countUsers(second.db)).toBe(0);
    await second.lease.release();
    await leased.lease.release();
  });

  it('allows changes of its structure', async () => {
    const pool = await fixture.pool({ mode: 'fresh' });
    const { lease, db } = await enter(pool);
    await db.knex.raw('ALTER TABLE users ADD COLUMN shoe_size integer');
    await lease.release();
    expect(await fixture.exists(lease.schema)).toBe(false);
  });

  it('shows a session that was left open', async () => {
    const pool = await fixture.pool({ mode: 'fresh' });
    const { lease } = await enter(pool);
    const forgotten = new pg.Client({ connectionString: fixture.url, application_name: `${lease.schema} forgotten` });
    forgotten.on('error', () => undefined);
    await forgotten.connect();
    expect(await leaksOf(lease.release())).toMatch(/1 sessions that were not closed/);
  });
});

describe('two pools', () => {
  it('of one run do not share schemas', async () => {
    const run = newRun();
    const [one, other] = [await fixture.pool({ run, worker: '0' }), await fixture.pool({ run, worker: '1' })];
    const [first, second] = [await enter(one), await enter(other)];
    expect(first.lease.schema).not.toBe(second.lease.schema);
    await insertRows(first.db);
    expect(await countUsers(second.db)).toBe(0);
    await second.lease.release();
    expect(await countUsers(first.db)).toBe(1);
    await first.lease.release();
  });

  it('lend two schemas at once to two scenarios', async () => {
    const pool = await fixture.pool();
    const [first, second] = [await enter(pool), await enter(pool)];
    expect(first.lease.schema).not.toBe(second.lease.schema);
    await insertRows(first.db);
    expect(await countUsers(second.db)).toBe(0);
    await first.lease.release();
    await second.lease.release();
  });
});
