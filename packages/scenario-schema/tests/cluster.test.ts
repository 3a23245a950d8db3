import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { LeakError } from '../src/index.js';
import {
  createDatabase,
  execute,
  expectCleanNeighbour,
  inLease,
  leaksOf,
  serverUrl,
  startPool,
} from './support/fixture.js';

const newName = (): string => `leak_${randomBytes(4).toString('hex')}`;

/** Runs a statement in another process. */
const executeElsewhere = (sql: string, url = serverUrl()): void => {
  const code = `const { Client } = require('pg'); const client = new Client(process.argv[1]);
    client.connect().then(() => client.query(process.argv[2])).then(() => client.end());`;
  execFileSync(process.execPath, ['-e', code, url, sql]);
};

describe.each([{ fresh: false }, { fresh: true }])('what all databases of a server share, with %o', ({ fresh }) => {
  it('is named and removed: a database, and a setting of ALTER SYSTEM', async () => {
    const [pool, name] = [await startPool({ fresh }), newName()];
    const lease = await pool.lease();
    await inLease(lease, `CREATE DATABASE ${name} STRATEGY file_copy`);
    await inLease(lease, `ALTER SYSTEM SET work_mem = '1MB'`);
    expect(await leaksOf(lease)).toEqual(
      expect.arrayContaining([`database ${name} created`, `ALTER SYSTEM SET work_mem = '1MB'`]),
    );
    const left = `SELECT datname FROM pg_database WHERE datname = '${name}'
      UNION ALL SELECT name FROM pg_file_settings WHERE sourcefile LIKE '%auto.conf' AND name = 'work_mem'`;
    expect(await execute(serverUrl(), left)).toEqual([]);
    await expectCleanNeighbour(pool);
  });

  it('is named by the process whose statement did it, with the statement, and by no other', async () => {
    const logged: string[] = [];
    const log = (line: string): void => void logged.push(line);
    const urls = [await createDatabase(), await createDatabase()] as const;
    const first = await startPool({ fresh, log, server: { url: urls[0] } });
    const second = await startPool({ fresh, log, server: { url: urls[1] } });
    const [name, foreign] = [newName(), newName()];
    const [innocent, guilty] = [await first.lease(), await second.lease()];
    executeElsewhere(`CREATE ROLE ${foreign}`);
    await innocent.return();
    await inLease(guilty, `CREATE ROLE ${name}`);
    const error: unknown = await guilty.return().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LeakError);
    expect((error as LeakError).message).toMatch(
      new RegExp(
        `^The scenario left behind: role ${name} created \\(CREATE ROLE ${name} at \\S+fixture\\.ts:\\d+\\)\\.$`,
      ),
    );
    await first.stop();
    await second.stop();
    // The server was given, so the role may belong to anyone.
    expect(logged).not.toContainEqual(expect.stringContaining(foreign));
    const roles = `SELECT rolname FROM pg_roles WHERE rolname IN ('${name}', '${foreign}')`;
    expect(await execute(serverUrl(), roles)).toEqual([{ rolname: foreign }]);
    await execute(serverUrl(), `DROP ROLE ${foreign}`);
  });

  /** What a lease leaves behind after a statement, in a database in which other objects exist. The next lease is clean. */
  const leaksOutside = async (existing: string, statement: string): Promise<{ leaks: string[]; url: string }> => {
    const url = await createDatabase();
    await execute(url, existing);
    const pool = await startPool({ fresh, databasePerProcess: false, server: { url } });
    const lease = await pool.lease();
    await inLease(lease, statement);
    const leaks = await leaksOf(lease);
    await (await pool.lease()).return();
    return { leaks, url };
  };

  it('in `public` is named if it replaced a function', async () => {
    const create = (value: number): string =>
      `CREATE OR REPLACE FUNCTION public.number() RETURNS int LANGUAGE sql AS 'SELECT ${String(value)}'`;
    const { leaks } = await leaksOutside(create(1), create(2));
    expect(leaks).toEqual(['function public.number() changed']);
  });

  it.each([
    ['type public.mood', `ALTER TYPE public.mood ADD VALUE 'odd'`],
    ['type public.mood', `ALTER TYPE public.mood RENAME VALUE 'good' TO 'fine'`],
    ['type public.place', 'ALTER TYPE public.place OWNER TO pg_monitor'],
    ['type public.positive', 'ALTER DOMAIN public.positive SET NOT NULL'],
  ])('in `public` is named if it changed the %s: %s', async (name, change) => {
    const { leaks } = await leaksOutside(
      `CREATE TYPE public.mood AS ENUM ('good', 'bad'); CREATE TYPE public.place AS (x int, y int); CREATE DOMAIN public.positive AS int`,
      change,
    );
    expect(leaks).toEqual([`${name} changed`]);
  });

  it.each([
    ['table public.places changed', 'ALTER TABLE public.places ALTER name SET NOT NULL'],
    ['table public.places changed', `ALTER TABLE public.places ALTER name SET DEFAULT 'x'`],
    ['table public.places changed', 'ALTER TABLE public.places ALTER name DROP DEFAULT'],
    ['table public.places changed', 'ALTER TABLE public.places DROP COLUMN name'],
    ['table public.places changed', 'ALTER TABLE public.places ALTER name SET STORAGE plain'],
    ['table public.places changed', 'ALTER TABLE public.places ADD CHECK (id > 0)'],
    ['table public.places changed', 'GRANT SELECT (name) ON public.places TO PUBLIC'],
    ['table public.places changed', 'CREATE POLICY everyone ON public.places USING (true)'],
    ['table public.places changed', `COMMENT ON COLUMN public.places.name IS 'x'`],
    ['table public.places changed', 'CREATE RULE silent AS ON DELETE TO public.places DO INSTEAD NOTHING'],
    ['sequence public.numbers changed', 'ALTER SEQUENCE public.numbers INCREMENT 5'],
    ['index names created', 'CREATE INDEX names ON public.places (name)'],
    ['index places_id dropped', 'DROP INDEX public.places_id'],
  ])('in `public` is named: %s by %s', async (message, change) => {
    const { leaks, url } = await leaksOutside(
      `CREATE TABLE public.places (id int, name text DEFAULT ''); CREATE INDEX places_id ON public.places (id);
       CREATE SEQUENCE public.numbers`,
      change,
    );
    expect(leaks).toEqual([message]);
    expect(await execute(url, `SELECT FROM pg_class WHERE relname = 'names'`)).toEqual([]);
  });

  it('stays on a given server if another client made it, even if a statement has a similar text', async () => {
    const [pool, bystander] = [await startPool({ fresh, server: { url: await createDatabase() } }), newName()];
    const lease = await pool.lease();
    executeElsewhere(`CREATE DATABASE ${bystander} STRATEGY file_copy`);
    await inLease(lease, `CREATE TEMP TABLE ${bystander} (database text); DROP TABLE ${bystander}`);
    await lease.return();
    await pool.stop();
    const found = `SELECT datname FROM pg_database WHERE datname = '${bystander}'`;
    expect(await execute(serverUrl(), found)).toEqual([{ datname: bystander }]);
    await execute(serverUrl(), `DROP DATABASE ${bystander}`);
  });

  it('stays in a given database that is not only for this process, if another client made it', async () => {
    const url = await createDatabase();
    const pool = await startPool({ fresh, databasePerProcess: false, server: { url } });
    const lease = await pool.lease();
    executeElsewhere(
      `CREATE TABLE public.foreign_table (id int, comment text); CREATE SCHEMA foreign_schema;
       CREATE CAST (bool AS date) WITH INOUT`,
      url,
    );
    await inLease(lease, 'CREATE TABLE public.own_table (id int)');
    await inLease(lease, 'SELECT comment FROM public.foreign_table');
    expect(await leaksOf(lease)).toEqual(['table public.own_table created']);
    await pool.stop();
    const found = `SELECT relname FROM pg_class WHERE relname IN ('foreign_table', 'own_table')
      UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'foreign_schema'
      UNION ALL SELECT 'cast' FROM pg_cast WHERE oid >= 16384`;
    expect((await execute<{ relname: string }>(url, found)).map(({ relname }) => relname)).toEqual([
      'foreign_table',
      'foreign_schema',
      'cast',
    ]);
  });
});
