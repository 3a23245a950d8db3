import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { migrateUp } from '../../src/database/migrations.js';
import { AuditEvent } from '../../src/models/audit/audit-event.js';
import { maintainAuditPartitions, type PartitionChanges } from '../../src/models/audit/audit-partition.js';
import { dumpCatalog } from '../support/catalog.js';
import { captureError } from '../support/capture-error.js';
import { createDatabase, openDatabase, silentLog, useDatabase, type TestDatabase } from '../support/postgres.js';
import { day } from '../support/retention.js';

let testDatabase: TestDatabase;
let admin: Database;
let database: Database;
let schema: string;
let sequence = 0;

useDatabase((migrated, opened) => {
  testDatabase = migrated;
  admin = opened;
}, createDatabase);
beforeEach(async () => {
  sequence += 1;
  schema = `trail${String(sequence)}`;
  await admin.knex.raw('CREATE SCHEMA ??', [schema]);
  database = openDatabase(testDatabase.url, { schema });
  await migrateUp(database.knex, silentLog());
  return () => database.close();
});

const at = (text: string): Date => new Date(text);

const keep = (now: Date, retentionMs = 0): Promise<PartitionChanges> =>
  database.transaction((trx) => maintainAuditPartitions(trx, { now, retentionMs }));

const record = async (createdAt: Date): Promise<void> => {
  await AuditEvent.query(database.knex).insert({ action: 'user.login', result: 'success', createdAt });
};

/** The number of events in each partition. */
const held = async (): Promise<Record<string, number>> => {
  const { rows } = await database.knex.raw<{ rows: { name: string; count: number }[] }>(
    `SELECT c.relname AS name, count(*)::integer AS count FROM audit_events e JOIN pg_class c ON c.oid = e.tableoid
      GROUP BY 1 ORDER BY 1`,
  );
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
};

const march = at('2026-03-15T12:00:00Z');

describe('audit partitions', () => {
  it('are created for the current month and the next two, once', async () => {
    expect((await keep(march)).created).toEqual([
      'audit_events_2026_03',
      'audit_events_2026_04',
      'audit_events_2026_05',
    ]);
    expect((await keep(march)).created).toEqual([]);
    expect((await keep(at('2026-04-01T00:00:00Z'))).created).toEqual(['audit_events_2026_06']);
    await record(at('2026-03-31T23:59:59.999Z'));
    await record(at('2026-04-01T00:00:00.000Z'));
    expect(await held()).toEqual({ audit_events_2026_03: 1, audit_events_2026_04: 1 });
  });

  it('take over all rows of the default partition', async () => {
    await record(at('2024-01-01T00:00:00Z'));
    await record(march);
    expect((await keep(march)).created).toHaveLength(3);
    expect(await held()).toEqual({ audit_events_2026_03: 2 });
    await record(at('2030-01-01T00:00:00Z'));
    expect(await held()).toEqual({ audit_events_2026_03: 2, audit_events_default: 1 });
  });

  it('close the gap after the service was stopped for months', async () => {
    await keep(march);
    await record(at('2026-08-20T00:00:00Z'));
    await record(at('2026-09-02T00:00:00Z'));
    const { created: names } = await keep(at('2026-09-03T00:00:00Z'));
    expect(names).toEqual(['audit_events_2026_09', 'audit_events_2026_10', 'audit_events_2026_11']);
    expect(await held()).toEqual({ audit_events_2026_09: 2 });
  });

  it('cover events with times ahead of the clock of the service', async () => {
    await record(at('2026-04-01T00:00:01Z'));
    expect((await keep(at('2026-03-31T23:59:59Z'))).created).toEqual(['audit_events_2026_04', 'audit_events_2026_05']);
    expect(await held()).toEqual({ audit_events_2026_04: 1 });
  });

  it('reject changes like the whole audit log, including TRUNCATE', async () => {
    await record(march);
    await keep(march);
    await record(at('2026-04-02T00:00:00Z'));
    await record(at('2031-04-02T00:00:00Z'));
    for (const table of ['audit_events_2026_03', 'audit_events_2026_04', 'audit_events_default', 'audit_events']) {
      for (const statement of [`UPDATE ${table} SET action = 'x'`, `DELETE FROM ${table}`, `TRUNCATE ${table}`]) {
        expect(await captureError(database.knex.raw(statement)), statement).toMatchObject({ code: '42501' });
      }
    }
  });

  it('result in the structure of a new database, except for the partitions', async () => {
    const before = await dumpCatalog(database.knex);
    await record(march);
    await keep(march);
    const after = await dumpCatalog(database.knex);
    expect(after.filter((line) => !/audit_events_2026_\d\d/.test(line))).toEqual(before);
    const indexes = after.filter((line) => line.startsWith('index audit_events_2026_03 '));
    expect(indexes).toHaveLength(7);
  });

  it('are dropped when every event in them is past the retention, and not before', async () => {
    await record(march);
    await keep(march);
    const april = at('2026-04-20T00:00:00Z');
    await record(april);
    expect((await keep(at('2026-04-30T00:00:00Z'), 30 * day)).dropped).toEqual([]);
    expect((await keep(at('2026-05-01T00:00:01Z'), 30 * day)).dropped).toEqual(['audit_events_2026_03']);
    expect(await held()).toEqual({ audit_events_2026_04: 1 });
    expect((await keep(at('2028-05-01T00:00:01Z'), 0)).dropped).toEqual([]);
    expect(await held()).toEqual({ audit_events_2026_04: 1 });
  });

  it('are maintained by one instance at a time, and separately for each schema', async () => {
    const results = await Promise.all([keep(march), keep(march), keep(march)]);
    expect(results.map(({ created: names }) => names.length).sort()).toEqual([0, 0, 3]);
    const held2 = await database.transaction(async (trx) => {
      await maintainAuditPartitions(trx, { now: march, retentionMs: 0 });
      await admin.knex.raw('CREATE SCHEMA ??', [`${schema}_other`]);
      const other = openDatabase(testDatabase.url, { schema: `${schema}_other` });
      await migrateUp(other.knex, silentLog());
      const changes = await other.transaction((inner) =>
        maintainAuditPartitions(inner, { now: march, retentionMs: 0 }),
      );
      await other.close();
      return changes.created.length;
    });
    expect(held2).toBe(3);
  });

  it('are not changed while the audit log is busy', async () => {
    await record(march);
    await database.transaction(async (trx) => {
      await trx('audit_events').select();
      expect(await captureError(keep(march))).toMatchObject({ code: '55P03' });
    });
    expect(await held()).toEqual({ audit_events_default: 1 });
    expect((await keep(march)).created).toHaveLength(3);
  });
});
