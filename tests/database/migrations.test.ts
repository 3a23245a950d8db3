import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { MigrationSource } from '../../src/database/migration-source.js';
import { migrateUp, migrationStatus } from '../../src/database/migrations.js';
import { migrateDown } from '../support/migrate-down.js';
import { dumpCatalog } from '../support/catalog.js';
import { captureError } from '../support/capture-error.js';
import { createDatabase, openDatabase, recordLog, silentLog, type TestDatabase } from '../support/postgres.js';

let testDatabase: TestDatabase;
let admin: Database;
const opened: Database[] = [];
const log = silentLog();

beforeAll(async () => {
  testDatabase = await createDatabase();
  admin = openDatabase(testDatabase.url);
});
afterAll(async () => {
  await Promise.all([admin, ...opened].map((database) => database.close()));
  await testDatabase.drop();
});

/** A new schema and a pool that sees only it. */
const newSchema = async (name: string): Promise<Database> => {
  await admin.knex.raw(`CREATE SCHEMA ${name}`);
  const database = openDatabase(testDatabase.url, { schema: name });
  opened.push(database);
  return database;
};

/** The project's migrations up to the given number of them. */
class FirstMigrations extends MigrationSource {
  constructor(private readonly count: number) {
    super();
  }
  override async getMigrations(): Promise<string[]> {
    return (await super.getMigrations()).slice(0, this.count);
  }
}

describe('the project’s migrations', () => {
  it('have names without extension, in order', async () => {
    const names = await new MigrationSource().getMigrations();
    expect(names[0]).toBe('20260101000000_touch_updated_at');
    expect(names).toEqual([...names].sort());
    expect(names.length).toBeGreaterThanOrEqual(9);
  });

  it('up, down and up leave the same structure, and down leaves nothing', async () => {
    const { knex } = await newSchema('whole');
    const names = await migrateUp(knex, log);
    const first = await dumpCatalog(knex);
    expect(first.length).toBeGreaterThan(200);
    expect(await migrateDown(knex, log)).toEqual([...names].reverse());
    expect(await dumpCatalog(knex)).toEqual([]);
    await migrateUp(knex, log);
    expect(await dumpCatalog(knex)).toEqual(first);
  });

  // Two dumps of the catalog for each migration.
  it('can each be reverted alone, to exactly the previous schema', { timeout: 120_000 }, async () => {
    const { knex } = await newSchema('steps');
    const names = await new MigrationSource().getMigrations();
    const before: string[][] = [];
    for (const [index, name] of names.entries()) {
      before.push(await dumpCatalog(knex));
      expect(await migrateUp(knex, log, { source: new FirstMigrations(index + 1) })).toEqual([name]);
    }
    for (const name of [...names].reverse()) {
      expect(await migrateDown(knex, log)).toEqual([name]);
      expect(await dumpCatalog(knex), `after ${name} was reverted`).toEqual(before.pop());
    }
    expect(await migrateDown(knex, log)).toEqual([]);
  });

  it('leave nothing outside of their schema, and name their constraints', async () => {
    const { knex } = await newSchema('alone');
    await migrateUp(knex, log);
    expect(await dumpCatalog(admin.knex)).toEqual([]);
    const generated = (await dumpCatalog(knex)).filter((line) =>
      /constraint \S+ \S*(_check\d|_not_null|\d_fkey)/.test(line),
    );
    expect(generated).toEqual([]);
  });

  it('give two schemas the same structure', async () => {
    const [one, two] = [await newSchema('one'), await newSchema('two')];
    await Promise.all([migrateUp(one.knex, log), migrateUp(two.knex, log)]);
    const dump = async ({ knex, schema = '' }: Database): Promise<string[]> =>
      (await dumpCatalog(knex)).map((line) => line.replaceAll(`${schema}.`, ''));
    expect(await dump(two)).toEqual(await dump(one));
  });
});

describe('the migration of overrides', () => {
  it('carries over an active rollback: the values that differ from those of the files', async () => {
    const { knex } = await newSchema('rollback');
    const names = await new MigrationSource().getMigrations();
    const index = names.indexOf('20260601001000_config_overrides');
    await migrateUp(knex, log, { source: new FirstMigrations(index) });
    const files = { 'api.v2Enabled': true, 'docs.enabled': false, 'features.a': true, 'mail.smtp.username': 'joe' };
    const about = { trigger: 'watch', hostname: 'here', changes: '[]', secret_digests: '{}', created_at: new Date() };
    await knex('config_revisions').insert([
      { revision: 1, hash: 'a', stated: '{}', ...about },
      { revision: 2, hash: 'b', stated: JSON.stringify(files), ...about },
    ]);
    const stated = JSON.stringify({ 'api.v2Enabled': false, 'docs.enabled': false, 'auth.access.ttl': '5m' });
    const id = '01a1fd4f-a792-70ea-9070-000000000001';
    await knex('config_rollback').insert({ id, revision: 1, stated, base_hash: 'b', created_at: new Date(0) });
    await migrateUp(knex, log);
    expect(
      await knex('config_overrides').select('key', 'value', 'rollback_to', 'file_value', 'created_at').orderBy('key'),
    ).toMatchObject([
      { key: 'api.v2Enabled', value: false, rollback_to: 1, file_value: true, created_at: new Date(0) },
      { key: 'auth.access.ttl', value: '5m', file_value: null },
      { key: 'features.a', value: null, file_value: true },
    ]);
    expect(await knex('config_override_state').pluck('version')).toEqual([1]);
  });
});

describe('a run', () => {
  const failing = new MigrationSource(new URL('fixtures/failing/', import.meta.url));

  it('does nothing when nothing is left to do', async () => {
    const { knex } = await newSchema('twice');
    await migrateUp(knex, log);
    expect(await migrateUp(knex, log)).toEqual([]);
  });

  it('keeps successful migrations and rolls the failed one back', async () => {
    const { knex } = await newSchema('failing');
    const error = await captureError(migrateUp(knex, log, { source: failing }));
    expect(error).toMatchObject({
      message: 'The migration 20260101000100_bad failed and was rolled back.',
      cause: { code: '22012' },
    });
    expect(await knex.schema.hasTable('good')).toBe(true);
    expect(await knex.schema.hasTable('bad')).toBe(false);
    const status = await migrationStatus(knex, { source: failing });
    expect(status.map(({ name, appliedAt }) => [name, appliedAt instanceof Date])).toEqual([
      ['20260101000000_good', true],
      ['20260101000100_bad', false],
    ]);
  });

  it('ignores migrations of a newer release, and does not revert them', async () => {
    const { knex } = await newSchema('newer');
    await migrateUp(knex, log);
    await knex('knex_migrations').insert({ name: '29990101000000_newer', batch: 2, migration_time: new Date() });
    const recorded = recordLog();
    expect(await migrateUp(knex, recorded.log)).toEqual([]);
    expect(recorded.lines).toMatchObject([{ level: 'warn', migrations: ['29990101000000_newer'] }]);
    expect(String(await captureError(migrateDown(knex, log)))).toContain(
      'cannot revert 29990101000000_newer: it was applied by a newer release',
    );
    expect((await migrationStatus(knex)).at(-1)).toMatchObject({ name: '29990101000000_newer' });
  });

  it('says so when the schema does not exist', async () => {
    const database = openDatabase(testDatabase.url, { schema: 'absent' });
    opened.push(database);
    expect(String(await captureError(migrateUp(database.knex, log)))).toContain('does not exist; create it first');
  });

  it('is not subject to the statement timeout of the pool', async () => {
    await admin.knex.raw('CREATE SCHEMA slow');
    const database = openDatabase(testDatabase.url, { schema: 'slow', statementTimeoutMs: 500 });
    opened.push(database);
    const slow = new MigrationSource(new URL('fixtures/slow/', import.meta.url));
    expect(await migrateUp(database.knex, log, { source: slow })).toEqual(['20260101000000_slow']);
  });

  it('does not return its connection to the pool, whose sessions keep their settings', async () => {
    const database = await newSchema('untouched');
    await migrateUp(database.knex, log);
    expect(database.usage).toMatchObject({ used: 0, free: 0 });
  });
});

describe('the status', () => {
  it('of an empty database is read without creating a table', async () => {
    const { knex } = await newSchema('unread');
    const status = await migrationStatus(knex);
    expect(status.length).toBeGreaterThanOrEqual(9);
    expect(status.every(({ appliedAt }) => appliedAt === null)).toBe(true);
    expect(await knex.schema.hasTable('knex_migrations')).toBe(false);
  });
});

describe('a source', () => {
  it('sees only the extension that it runs from', async () => {
    const compiled = new MigrationSource(new URL('fixtures/failing/', import.meta.url), '.js');
    expect(await compiled.getMigrations()).toEqual([]);
  });

  it('rejects a file that is not a migration', async () => {
    const odd = new MigrationSource(new URL('fixtures/odd/', import.meta.url));
    expect(await odd.getMigrations()).toEqual(['20260101000000_no_migration']);
    expect(String(await captureError(odd.getMigration('20260101000000_no_migration')))).toContain('must export');
  });
});
