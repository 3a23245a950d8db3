import { describe, expect, it } from 'vitest';
import { MigrationSource } from '../../../src/database/migration-source.js';
import { migrateUp } from '../../../src/database/migrations.js';
import { openDatabase, silentLog, type TestDatabase } from '../../support/postgres.js';
import { waitUntil } from '../../support/wait-until.js';
import { ask, useServices } from '../../support/service.js';

const { start, database, emptyDatabase } = useServices();

const change = async ({ url }: TestDatabase, statement: string): Promise<void> => {
  const admin = openDatabase(url);
  try {
    await admin.transaction(async (trx) => {
      await trx.raw('SET TRANSACTION READ WRITE');
      await trx.raw(statement);
    });
  } finally {
    await admin.close();
  }
};

const unready = (reason: string): object => ({
  status: 503,
  body: { ready: false, reason, connections: { database: { status: 'healthy' } } },
});

describe('startup', { timeout: 90_000 }, () => {
  it('waits until a read-only database accepts writes', async () => {
    const testDatabase = await emptyDatabase();
    await change(testDatabase, `ALTER DATABASE ${testDatabase.name} SET default_transaction_read_only = on`);
    const service = start({ DATABASE_URL: testDatabase.url });
    const url = await service.listening();
    await waitUntil(
      'it says why',
      async () => (await ask(`${url}/api/ready`)).body['reason'] === 'database_read_only',
      30_000,
    );
    expect(await ask(`${url}/api/ready`)).toMatchObject(unready('database_read_only'));
    expect((await ask(`${url}/api/health`)).status).toBe(200);
    await change(testDatabase, `ALTER DATABASE ${testDatabase.name} RESET default_transaction_read_only`);
    await waitUntil('ready', async () => (await ask(`${url}/api/ready`)).status === 200, 30_000);
    expect(service.err()).not.toContain('    at ');
  });

  it('waits for pending migrations if it must not apply them, and continues when they have been applied', async () => {
    const testDatabase = await emptyDatabase();
    const service = start({ DATABASE_URL: testDatabase.url }, 'database:\n  migrateOnStart: false\n');
    const url = await service.listening();
    await waitUntil(
      'it says why',
      async () => (await ask(`${url}/api/ready`)).body['reason'] === 'migrations_pending',
      30_000,
    );
    expect(await ask(`${url}/api/ready`)).toMatchObject(unready('migrations_pending'));
    expect(service.out()).toContain('rollcall migrate up');
    const migrating = openDatabase(testDatabase.url, { statementTimeoutMs: 60_000 });
    await migrateUp(migrating.knex, silentLog()).finally(() => migrating.close());
    await waitUntil('ready', async () => (await ask(`${url}/api/ready`)).status === 200, 30_000);
  });

  it('is ready on a schema of a newer release', async () => {
    const testDatabase = await emptyDatabase();
    const migrating = openDatabase(testDatabase.url, { statementTimeoutMs: 60_000 });
    await migrateUp(migrating.knex, silentLog(), { source: new MigrationSource() }).finally(() => migrating.close());
    await change(
      testDatabase,
      `INSERT INTO knex_migrations (name, batch, migration_time) VALUES ('29990101000000_of_a_later_release', 99, now())`,
    );
    const service = start({ DATABASE_URL: testDatabase.url }, 'database:\n  migrateOnStart: false\n');
    const url = await service.listening();
    await waitUntil('ready', async () => (await ask(`${url}/api/ready`)).status === 200, 30_000);
  });

  it.each([
    ['sslmode=require', 'does not offer TLS'],
    ['pool_timeout=1', 'pool_timeout'],
  ])('exits with one line for a URL with %s', async (query, reason) => {
    const testDatabase = await database();
    const service = start({ DATABASE_URL: `${testDatabase.url}?${query}` });
    expect(await service.exited).toBe(query.startsWith('ssl') ? 1 : 2);
    expect(service.err().trim().split('\n')).toHaveLength(1);
    expect(service.err()).toContain(reason);
    expect(service.out() + service.err()).not.toContain(new URL(testDatabase.url).password);
  });

  it('exits with one line if the server requires a password and none is set', async () => {
    const url = new URL((await database()).url);
    const { password } = url;
    url.password = '';
    const service = start({ DATABASE_URL: url.href });
    expect(await service.exited).toBe(1);
    expect(service.err().trim().split('\n')).toHaveLength(1);
    expect(service.err()).toContain('PGPASSWORD');
    const given = start({ DATABASE_URL: url.href, PGPASSWORD: password });
    await waitUntil('ready', async () => (await ask(`${await given.listening()}/api/ready`)).status === 200, 30_000);
  });
});
