import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { migrateUp } from '../../src/database/migrations.js';
import { migrateDown } from '../support/migrate-down.js';
import { createDatabase, openDatabase, silentLog, type TestDatabase } from '../support/postgres.js';

let testDatabase: TestDatabase;
let admin: Database;
let opened: Database[];
const log = silentLog();

beforeEach(async () => {
  testDatabase = await createDatabase();
  admin = openDatabase(testDatabase.url);
  opened = [];
});

afterEach(async () => {
  await Promise.all([admin, ...opened].map((database) => database.close()));
  await testDatabase.drop();
});

const newSchema = async (name: string, url = testDatabase.url): Promise<Database> => {
  await admin.knex.raw(`CREATE SCHEMA ${name}`);
  const database = openDatabase(url, { schema: name });
  opened.push(database);
  return database;
};

const indexOf = async ({ schema = '' }: Database): Promise<string | undefined> => {
  const { rows } = await admin.knex.raw<{ rows: { indexdef: string }[] }>(
    `SELECT indexdef FROM pg_indexes WHERE schemaname = ? AND indexname = 'users_search_idx'`,
    [schema],
  );
  return rows[0]?.indexdef;
};

const extensionHome = async (): Promise<string | undefined> => {
  const { rows } = await admin.knex.raw<{ rows: { home: string }[] }>(
    `SELECT extnamespace::regnamespace::text AS home FROM pg_extension WHERE extname = 'pg_trgm'`,
  );
  return rows[0]?.home;
};

const addUser = ({ knex }: Database): PromiseLike<unknown> =>
  knex('users').insert({ id: knex.raw('gen_random_uuid()'), username: 'Ada', email: 'ada@example.org' });

describe('the index of the user search', () => {
  it('is created by concurrent migrations of several schemas, and is removed without its extension', async () => {
    const schemas = await Promise.all(Array.from({ length: 6 }, (_, index) => newSchema(`s${String(index)}`)));
    await Promise.all(schemas.map(({ knex }) => migrateUp(knex, log)));
    expect(await extensionHome()).toBe('extensions');
    for (const schema of schemas) {
      expect(await indexOf(schema)).toContain('extensions.gin_trgm_ops');
      await addUser(schema);
    }
    const [first, second] = schemas as [Database, Database];
    await migrateDown(first.knex, log);
    await admin.knex.raw('DROP SCHEMA s1 CASCADE');
    expect([await indexOf(first), await indexOf(second)]).toEqual([undefined, undefined]);
    expect(await extensionHome()).toBe('extensions');
    await migrateUp(first.knex, log);
    expect(await indexOf(first)).toContain('extensions.gin_trgm_ops');
  });

  it('is used by the query of the search', async () => {
    const schema = await newSchema('plan');
    await migrateUp(schema.knex, log);
    const plan = await schema.knex.transaction(async (trx) => {
      await trx.raw('SET LOCAL enable_seqscan = off');
      return trx.raw<{ rows: unknown[] }>(
        `EXPLAIN SELECT id FROM users WHERE lower((username || E'\\n' || coalesce(email, '')) COLLATE "C") LIKE ?`,
        ['%ada%'],
      );
    });
    expect(JSON.stringify(plan.rows)).toContain('users_search_idx');
  });

  it('uses the extension where an administrator has put it', async () => {
    await admin.knex.raw('CREATE SCHEMA "Else where"; CREATE EXTENSION pg_trgm WITH SCHEMA "Else where"');
    const schema = await newSchema('other');
    await migrateUp(schema.knex, log);
    expect(await indexOf(schema)).toContain('"Else where".gin_trgm_ops');
  });

  it('is the only part that is skipped for a role that may not create extensions', async () => {
    const role = `modest_${testDatabase.name}`;
    await admin.knex.raw(`CREATE ROLE ${role} LOGIN PASSWORD 'modest'`);
    try {
      const url = new URL(testDatabase.url);
      url.username = role;
      url.password = 'modest';
      const schema = await newSchema('modest', url.href);
      await admin.knex.raw(`GRANT USAGE, CREATE ON SCHEMA modest TO ${role}`);
      await migrateUp(schema.knex, log);
      await addUser(schema);
      expect([await extensionHome(), await indexOf(schema)]).toEqual([undefined, undefined]);
      await migrateDown(schema.knex, log);
      await schema.close();
    } finally {
      await admin.knex.raw(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });
});
