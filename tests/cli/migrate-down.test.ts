import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, openDatabase, type TestDatabase } from '../support/postgres.js';
import { noSecrets, Workplace } from './support.js';

const last = async (): Promise<string> => {
  const { stdout } = await place.run(['migrate', 'status']);
  return stdout.trim().split('\n').at(-1)?.split(/ +/)[2] ?? '';
};
let database: TestDatabase;
let place: Workplace;

/** Adds an account, and returns the number of migrations. */
const fill = async (): Promise<number> => {
  const db = openDatabase(database.url);
  await db.knex.raw(`INSERT INTO users (id, username) VALUES (gen_random_uuid(), 'ada')`);
  const { rows } = await db.knex.raw<{ rows: { count: number }[] }>('SELECT count(*)::int FROM knex_migrations');
  await db.close();
  return rows[0]?.count ?? 0;
};

const instance = async (): Promise<void> => {
  const db = openDatabase(database.url);
  await db.knex.raw(`INSERT INTO instances (id, hostname, pid, version, acknowledged, lease_until, last_seen_at)
    VALUES (gen_random_uuid(), 'host-a', 7, '1', '{}', now() + interval '1 hour', now())`);
  await db.close();
};

beforeEach(async () => {
  database = await createDatabase();
  place = new Workplace(database.url, { NODE_ENV: 'production', ...noSecrets });
  expect(await place.run(['migrate', 'up'])).toMatchObject({ exitCode: 0 });
});
afterEach(async () => {
  place.remove();
  await database.drop();
});

describe('rollcall migrate down', () => {
  it('reverts one migration, and requires --yes without a terminal', async () => {
    const newest = await last();
    const rejected = await place.run(['migrate', 'down']);
    expect([rejected.exitCode, rejected.stdout]).toEqual([1, '']);
    expect(rejected.stderr).toContain(`${newest}\n`);
    expect(rejected.stderr).toContain('use --yes; nothing was reverted');
    expect((await place.run(['migrate', 'status', '--check'])).exitCode).toBe(0);
    expect(await place.run(['migrate', 'down', '--yes'])).toMatchObject({ exitCode: 0, stdout: `down\t${newest}\n` });
    expect((await place.run(['migrate', 'status', '--check'])).exitCode).toBe(3);
  });

  it('prints what it drops, and requires --yes-destroy-data in production', async () => {
    const steps = String(await fill());
    const plan = await place.run(['migrate', 'down', '--steps', steps, '--dry-run']);
    expect(plan.exitCode).toBe(0);
    expect(plan.stdout).toContain('  drops the table users with 1 row\n');
    const rejected = await place.run(['migrate', 'down', '--steps', steps, '--yes']);
    expect(rejected.exitCode).toBe(1);
    expect(rejected.stderr).toContain('in production, use --yes-destroy-data; nothing was reverted');
    expect((await place.run(['migrate', 'status', '--check'])).exitCode).toBe(0);
    const done = await place.run(['migrate', 'down', '--steps', steps, '--yes', '--yes-destroy-data']);
    expect(done.exitCode).toBe(0);
    expect((await place.run(['migrate', 'status'])).stdout).not.toMatch(/^applied/m);
  });

  it('is rejected while an instance is running, unless it is forced', async () => {
    await instance();
    const rejected = await place.run(['migrate', 'down', '--yes']);
    expect(rejected.exitCode).toBe(1);
    expect(rejected.stderr).toContain('an instance is running on this database: host-a (process 7); stop it first');
    expect((await place.run(['migrate', 'down', '--yes', '--force'])).exitCode).toBe(0);
  });

  it('reports in one line that a newer release must revert its migration, which the status marks', async () => {
    const db = openDatabase(database.url);
    await db.knex('knex_migrations').insert({ name: '29990101000000_future', batch: 9, migration_time: new Date() });
    await db.close();
    expect(await place.run(['migrate', 'down', '--yes'])).toEqual({
      ...{ exitCode: 1, stdout: '' },
      stderr:
        'rollcall: cannot revert 29990101000000_future: it was applied by a newer release; revert it with that release\n',
    });
    const { stdout, stderr } = await place.run(['migrate', 'status']);
    expect(stdout).toMatch(/^unknown {2}\S+Z {2}29990101000000_future$/m);
    expect(stderr).toContain('a newer release');
    const { data } = JSON.parse((await place.run(['migrate', 'status', '--json'])).stdout) as { data: unknown[] };
    expect(data.at(-1)).toMatchObject({ name: '29990101000000_future', state: 'unknown' });
  });
});
