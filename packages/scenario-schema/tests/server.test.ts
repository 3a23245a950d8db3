import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ScenarioSchemaError, SchemaPool } from '../src/index.js';
import {
  createDatabase,
  execute,
  expectCleanNeighbour,
  inLease,
  leaksOf,
  serverUrl,
  shop,
  startPool,
} from './support/fixture.js';

const start = (url: string, lines: string[] = []): Promise<SchemaPool> =>
  SchemaPool.start({ migrate: shop, server: { url }, log: (line) => lines.push(line), env: {} });

/** The URL of a role that may log in, on the same database. */
const createRole = async (url: string, attributes: string): Promise<{ url: string; role: string }> => {
  const role = `r_${randomBytes(4).toString('hex')}`;
  await execute(url, `CREATE ROLE ${role} LOGIN PASSWORD 'secret' ${attributes}`);
  onTestFinished(async () => {
    await execute(url, `DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`);
  });
  const own = new URL(url);
  own.username = role;
  own.password = 'secret';
  return { url: own.href, role };
};

/** The URL of a role that is not a superuser, but has the privileges that the kit needs. */
const createOrdinaryRole = async (url: string, attributes = ''): Promise<{ url: string; role: string }> => {
  const created = await createRole(url, attributes);
  await execute(
    url,
    `DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO ${created.role}', current_database()); END $$;
     GRANT SET ON PARAMETER session_replication_role TO ${created.role}`,
  );
  return created;
};

describe('a given database', () => {
  it('is refused without the marker, before anything is changed', async () => {
    const url = await createDatabase({ isMarked: false });
    await expect(start(url)).rejects.toThrow(
      /^The database "kit_\w+" is not marked.*nothing was changed.*npx scenario-schema mark$/,
    );
    expect(await execute(url, `SELECT FROM pg_namespace WHERE nspname LIKE 'scenario_%'`)).toEqual([]);
  });

  it('has its settings in the databases of processes', async () => {
    const url = await createDatabase();
    await execute(
      url,
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''Asia/Tokyo''', current_database());
       EXECUTE format('ALTER ROLE %I IN DATABASE %I SET work_mem = ''9MB''', current_user, current_database()); END $$`,
    );
    const pool = await start(url);
    onTestFinished(() => pool.stop());
    const lease = await pool.lease();
    const settings = `SELECT current_setting('timezone') AS timezone, current_setting('work_mem') AS memory`;
    expect(await execute(lease.url, settings)).toEqual([{ timezone: 'Asia/Tokyo', memory: '9MB' }]);
    await lease.return();
  });

  it('that cannot be reached is reported in one sentence', async () => {
    await expect(start('postgres://nobody@127.0.0.1:1/none')).rejects.toThrow(/^The database cannot be reached: /);
    await expect(start('not a url')).rejects.toThrow(ScenarioSchemaError);
  });

  it('may belong to an ordinary role, after one sentence has named the missing grant', async () => {
    const admin = await createDatabase();
    const { url, role } = await createRole(admin, '');
    await expect(start(url)).rejects.toThrow(
      new RegExp(`^The role ${role} may not create schemas: GRANT CREATE ON DATABASE kit_\\w+ TO ${role}$`),
    );
    await execute(
      admin,
      `DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO ${role}', current_database()); END $$`,
    );
    await expect(start(url)).rejects.toThrow(/GRANT SET ON PARAMETER session_replication_role TO/);
    await execute(admin, `GRANT SET ON PARAMETER session_replication_role TO ${role}`);
    const lines: string[] = [];
    const pool = await start(url, lines);
    onTestFinished(() => pool.stop());
    expect(lines.join()).toMatch(/one database for all workers/);
    await expectCleanNeighbour(pool);
    const lease = await pool.lease();
    await inLease(lease, 'CREATE TABLE leaked (id int)');
    await (await lease.pool()).query('SET work_mem = 4096');
    expect((await leaksOf(lease)).sort()).toEqual([
      'SET work_mem = 4MB in a session that stays open',
      'table leaked created',
    ]);
    await expectCleanNeighbour(pool);
  });

  it('has no schemas or connections left after a run that cannot start', async () => {
    const admin = await createDatabase();
    const { url } = await createOrdinaryRole(admin);
    await execute(admin, 'CREATE TABLE public.secret (id int)');
    const query = Object.getOwnPropertyDescriptor(pg.Client.prototype, 'query');
    await expect(start(url)).rejects.toThrow('permission denied for table secret');
    expect(Object.getOwnPropertyDescriptor(pg.Client.prototype, 'query')).toEqual(query);
    const left = `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'scenario\\_%' UNION ALL
      SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    expect(await execute(admin, left)).toEqual([]);
  });
});

describe('a role that existed before', () => {
  it('is restored by a role that is not a superuser, as far as its privileges allow', async () => {
    const admin = await createDatabase();
    const { role: other } = await createRole(admin, '');
    const { url, role } = await createOrdinaryRole(admin, 'CREATEROLE');
    await execute(admin, `GRANT ${other} TO ${role} WITH ADMIN OPTION`);
    const pool = await start(url);
    onTestFinished(() => pool.stop());
    const lease = await pool.lease();
    await execute(admin, `ALTER ROLE ${other} CONNECTION LIMIT 5`);
    expect(await leaksOf(lease)).toEqual([`role ${other} changed`]);
    const limit = `SELECT rolconnlimit FROM pg_roles WHERE rolname = '${other}'`;
    expect(await execute(admin, limit)).toEqual([{ rolconnlimit: -1 }]);
  });

  it('is named without its password if it cannot be restored', async () => {
    const admin = await createDatabase();
    const { role: other } = await createRole(admin, '');
    const { url, role } = await createOrdinaryRole(admin);
    await execute(admin, `GRANT SELECT ON pg_authid TO ${role}`);
    const pool = await start(url);
    onTestFinished(() => pool.stop());
    const lease = await pool.lease();
    await execute(admin, `ALTER ROLE ${other} PASSWORD 'it''s new'`);
    const error: unknown = await lease.return().catch((reason: unknown) => reason);
    expect(String(error)).toMatch(
      new RegExp(
        `: role ${other} changed \\(ALTER ROLE ${other} PASSWORD '…' at \\S+\\); "ALTER ROLE ${other} PASSWORD '…'" failed: permission denied[^;]*\\.$`,
      ),
    );
  });

  it('and was dropped is named, and not restored', async () => {
    const admin = await createDatabase();
    const name = `dropped_${randomBytes(4).toString('hex')}`;
    await execute(admin, `CREATE ROLE ${name}; GRANT pg_monitor TO ${name}`);
    const pool = await start(admin);
    onTestFinished(() => pool.stop());
    const lease = await pool.lease();
    await inLease(lease, `DROP ROLE ${name}`);
    expect(await leaksOf(lease)).toEqual([
      `membership of ${name} in pg_monitor dropped`,
      `role ${name} dropped and not restored`,
    ]);
    await expectCleanNeighbour(pool);
  });
});

describe('a run that was killed', () => {
  it('is swept at the next start', async () => {
    const url = await createDatabase();
    const source = resolve(import.meta.dirname, 'support/endless.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', source, url], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const left = `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'scenario_%' UNION ALL
      SELECT datname FROM pg_database WHERE datname LIKE 'scenario_%' AND datname ~ $$_w[0-9a-f]{6}$$`;
    expect((await execute(url, left)).length).toBeGreaterThan(0);
    const lines: string[] = [];
    // The server notices the end of the connections of a killed process by itself.
    const restart = async (): Promise<string> => {
      const pool = await start(url, lines);
      await pool.stop();
      return lines.join('\n');
    };
    await expect.poll(restart, { timeout: 30_000 }).toMatch(/removed what the run [0-9a-f]{8} had left/);
    expect(await execute(url, `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'scenario_%'`)).toEqual([]);
  });
});

describe('a running run', () => {
  it('is not swept by another one', async () => {
    const url = await createDatabase();
    const [one, lines] = [await start(url), [] as string[]];
    onTestFinished(() => one.stop());
    const other = await start(url, lines);
    await other.stop();
    expect(lines.join()).not.toMatch(/removed/);
    await expectCleanNeighbour(one);
  });
});

describe('parallel workers', () => {
  it('do not see what the others leave in public, or their sessions', async () => {
    const url = await createDatabase();
    const run = { key: randomBytes(4).toString('hex'), coordinator: process.pid };
    const [one, other] = await Promise.all([startPool({ server: { url }, run }), startPool({ server: { url }, run })]);
    const [leaky, innocent] = [await one.lease(), await other.lease()];
    await inLease(leaky, 'CREATE TABLE public.leaked (id int)');
    await (await leaky.pool()).query('SELECT pg_advisory_lock(1)');
    await innocent.return();
    expect(await leaksOf(leaky)).toHaveLength(2);
    await expectCleanNeighbour(other);
  });
});

describe('the choice of a server', () => {
  it('rejects an unknown value of SCENARIO_SCHEMA_SERVER', async () => {
    await expect(SchemaPool.start({ migrate: shop, env: { SCENARIO_SCHEMA_SERVER: 'cloud' } })).rejects.toThrow(
      /must be "embedded" or "system", not "cloud"/,
    );
  });

  it('uses DATABASE_URL', async () => {
    const pool = await SchemaPool.start({
      migrate: shop,
      log: () => undefined,
      env: { DATABASE_URL: await createDatabase() },
    });
    onTestFinished(() => pool.stop());
    expect(new URL((await pool.lease()).databaseUrl).port).toBe(new URL(serverUrl()).port);
  });
});
