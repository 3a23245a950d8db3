import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { withMigrationLock } from '../../src/database/migration-lock.js';
import { MigrationSource } from '../../src/database/migration-source.js';
import { migrateUp, migrationStatus } from '../../src/database/migrations.js';
import { captureError } from '../support/capture-error.js';
import {
  createDatabase,
  openDatabase,
  recordLog,
  silentLog,
  useDatabase,
  type TestDatabase,
} from '../support/postgres.js';
import { waitUntil } from '../support/wait-until.js';

const script = fileURLToPath(new URL('fixtures/migrate.ts', import.meta.url));
const killed = new URL('fixtures/half-way/killed/', import.meta.url);
const fixed = new URL('fixtures/half-way/healed/', import.meta.url);
const log = silentLog();

let database: TestDatabase;
let admin: Database;
const children: ChildProcess[] = [];

useDatabase((created, opened) => {
  database = created;
  admin = opened;
}, createDatabase);
beforeEach(() => admin.knex.raw('CREATE SCHEMA IF NOT EXISTS public').then());
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await admin.knex.raw('DROP SCHEMA public CASCADE');
});

const migrateInProcess = (...args: string[]): ChildProcess => {
  const child = spawn(process.execPath, ['--import', 'tsx', script, database.url, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
};

const outcome = async (child: ChildProcess): Promise<{ code: number | null; names: string[] }> => {
  if (child.stdout === null) throw new Error('the child has no stdout');
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number | null]>]);
  return { code, names: JSON.parse(printed) as string[] };
};

const count = async (query: string): Promise<number> => {
  const { rows } = await admin.knex.raw<{ rows: { count: number }[] }>(`SELECT count(*) ${query}`);
  return rows[0]?.count ?? 0;
};
const waiting = (): Promise<number> =>
  count(`FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);

describe('two processes that migrate an empty database at once', () => {
  it('both succeed, and each migration runs once', async () => {
    // Both are delayed until both wait for the lock, so that they start at the same time.
    const outcomes = await withMigrationLock(admin.knex, log, 1_000, async () => {
      const pair = [outcome(migrateInProcess()), outcome(migrateInProcess())];
      await waitUntil('both wait for the lock', async () => (await waiting()) === 2);
      return pair;
    });
    const [one, two] = await Promise.all(outcomes);
    expect([one?.code, two?.code]).toEqual([0, 0]);
    const all = await new MigrationSource().getMigrations();
    expect([...(one?.names ?? []), ...(two?.names ?? [])]).toEqual(all);
    expect((await migrationStatus(admin.knex)).every(({ appliedAt }) => appliedAt !== null)).toBe(true);
  });
});

describe('a process that is killed in the middle of a migration', () => {
  it('leaves the lock free and no partial change, so that the next start succeeds', async () => {
    const child = migrateInProcess(fileURLToPath(killed));
    const asleep = `FROM pg_stat_activity WHERE query LIKE '%pg_sleep(300)%' AND pid <> pg_backend_pid()
      AND datname = current_database() AND state = 'active'`;
    await waitUntil('the second migration is under way', async () => (await count(asleep)) === 1);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;

    const source = new MigrationSource(fixed);
    const names = await migrateUp(admin.knex, log, { source, lockWaitMs: 10_000 });
    expect(names).toEqual(['20260101000100_second']);
    expect(await count(asleep)).toBe(0);
    expect(await admin.knex.schema.hasTable('second')).toBe(true);
  });
});

describe('the lock', () => {
  it('is waited for with a log message, up to a timeout', async () => {
    const { log: recorded, lines } = recordLog();
    await withMigrationLock(admin.knex, log, 1_000, async (holder) => {
      const { rows } = await holder.connection.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const backend = `backend ${String(rows[0]?.pid)}`;
      const error = await captureError(migrateUp(admin.knex, recorded, { lockWaitMs: 50 }));
      expect(error).toMatchObject({ name: 'MigrationLockError' });
      expect(String(error)).toContain(backend);
      expect(lines).toMatchObject([{ msg: 'waiting for the migration lock', holder: backend }]);
    });
    expect((await migrateUp(admin.knex, log, { lockWaitMs: 50 })).length).toBeGreaterThan(0);
  });

  it('of one schema does not delay another', async () => {
    await admin.knex.raw('CREATE SCHEMA other_schema');
    const other_schema = openDatabase(database.url, { schema: 'other_schema' });
    await withMigrationLock(admin.knex, log, 1_000, async () => {
      expect((await migrateUp(other_schema.knex, log, { lockWaitMs: 0 })).length).toBeGreaterThan(0);
    });
    await other_schema.close();
    await admin.knex.raw('DROP SCHEMA other_schema CASCADE');
  });

  it('is free again when the work fails', async () => {
    const reason = new Error('no');
    expect(await captureError(withMigrationLock(admin.knex, log, 0, () => Promise.reject(reason)))).toBe(reason);
    expect(await withMigrationLock(admin.knex, log, 1_000, () => Promise.resolve('mine'))).toBe('mine');
  });
});
