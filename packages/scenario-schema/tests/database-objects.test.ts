import { describe, expect, it } from 'vitest';
import { execute, expectCleanNeighbour, inLease, leaksOf, serverUrl, usePool } from './support/fixture.js';

const remains = `
  SELECT 'default privileges' AS kind FROM pg_default_acl UNION ALL SELECT 'cast' FROM pg_cast WHERE oid >= 16384
  UNION ALL SELECT 'access method' FROM pg_am WHERE oid >= 16384 UNION ALL SELECT 'wrapper' FROM pg_foreign_data_wrapper
  UNION ALL SELECT 'server' FROM pg_foreign_server UNION ALL SELECT 'subscription' FROM pg_subscription
  UNION ALL SELECT 'slot' FROM pg_replication_slots UNION ALL SELECT 'origin' FROM pg_replication_origin
  UNION ALL SELECT 'parameter' FROM pg_parameter_acl UNION ALL SELECT 'setting' FROM pg_db_role_setting WHERE setrole = 0`;

describe.each([{ fresh: false }, { fresh: true }])('an object in no schema, with %o', ({ fresh }) => {
  const pool = usePool({ fresh });

  it.each([
    [
      'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC',
      ['default privileges of postgres for tables created'],
    ],
    [
      'ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC',
      ['default privileges of postgres for functions created'],
    ],
    [
      'ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM CURRENT_USER',
      ['default privileges of postgres for tables created'],
    ],
    [`ALTER ROLE ALL SET work_mem = '5MB'`, ['ALTER ROLE ALL SET work_mem=5MB']],
    [
      'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC',
      ['default privileges of postgres for tables in schema public created'],
    ],
    ['CREATE CAST (bool AS date) WITH INOUT', ['cast (boolean AS pg_catalog.date) created']],
    ['CREATE ACCESS METHOD heap_again TYPE TABLE HANDLER heap_tableam_handler', ['access method heap_again created']],
    [
      `CREATE FOREIGN DATA WRAPPER wrap; CREATE SERVER far FOREIGN DATA WRAPPER wrap;
       CREATE USER MAPPING FOR CURRENT_USER SERVER far`,
      ['foreign-data wrapper wrap created', 'server far created', 'user mapping for postgres on server far created'],
    ],
    [
      `CREATE SUBSCRIPTION news CONNECTION 'host=127.0.0.1 port=1' PUBLICATION news WITH (connect = false)`,
      ['subscription news created'],
    ],
    [`SELECT pg_replication_origin_create('upstream')`, ['replication origin upstream created']],
    ['GRANT SET ON PARAMETER work_mem TO PUBLIC', ['privileges on parameter work_mem created']],
  ])('is named and removed: %s', async (sql, messages) => {
    const lease = await pool().lease();
    await inLease(lease, sql);
    expect((await leaksOf(lease)).toSorted()).toEqual(messages);
    expect(await execute(lease.databaseUrl, remains)).toEqual([]);
    await expectCleanNeighbour(pool());
  });

  it.each([
    ['REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC', 'language plpgsql'],
    [`COMMENT ON DATABASE DB IS 'x'`, 'database DB'],
    ['GRANT CREATE ON DATABASE DB TO pg_monitor', 'database DB'],
    ['ALTER DATABASE DB CONNECTION LIMIT 90', 'database DB'],
  ])('that existed before is named if it is changed: %s', async (change, name) => {
    const lease = await pool().lease();
    const database = new URL(lease.databaseUrl).pathname.slice(1);
    await inLease(lease, change.replace('DB', database));
    expect(await leaksOf(lease)).toEqual([`${name.replace('DB', database)} changed`]);
    await expectCleanNeighbour(pool());
  });
});

describe.each([{ fresh: false }, { fresh: true }])('what cannot be restored in the database, with %o', ({ fresh }) => {
  const pool = usePool({ fresh });

  it.each([
    ['CREATE FUNCTION pg_catalog.leak() RETURNS int LANGUAGE sql RETURN 1', 'function pg_catalog.leak() created'],
    ['ALTER FUNCTION pg_catalog.md5(text) COST 77', 'function pg_catalog.md5(pg_catalog.text) changed'],
    ['REVOKE USAGE ON TYPE pg_catalog.text FROM PUBLIC', 'type pg_catalog.text changed'],
    [
      'ALTER TEXT SEARCH CONFIGURATION pg_catalog.simple ALTER MAPPING FOR asciiword WITH english_stem',
      'text search configuration pg_catalog.simple changed',
    ],
    [`COMMENT ON SCHEMA public IS 'leak'`, 'comment on schema public changed'],
    ['CREATE VIEW information_schema.leak AS SELECT 1 AS id', 'view information_schema.leak created'],
    [
      `UPDATE pg_catalog.pg_cast SET castcontext = 'i' WHERE castsource = 'int4'::regtype AND casttarget = 'bool'::regtype`,
      'cast (integer AS boolean) changed',
    ],
    [
      `DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO PUBLIC', current_database()); END $$`,
      /^database \S+ changed$/,
    ],
  ])('is named, and the next lease is in a new database: %s', async (sql, message) => {
    const lease = await pool().lease();
    await inLease(lease, sql);
    expect(await leaksOf(lease)).toContainEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    const next = await pool().lease();
    const changed = `SELECT proname FROM pg_proc WHERE proname = 'leak' OR procost = 77
      UNION ALL SELECT relname FROM pg_class WHERE relname = 'leak' UNION ALL SELECT lanname FROM pg_language WHERE lanname = 'leak'
      UNION ALL SELECT typname FROM pg_type WHERE typname = 'text' AND typacl IS NOT NULL
      UNION ALL SELECT description FROM pg_description WHERE description = 'leak'
      UNION ALL SELECT datname FROM pg_database WHERE datname = current_database() AND datacl IS NOT NULL
      UNION ALL SELECT 'cast' FROM pg_cast WHERE castcontext = 'i' AND castsource = 'int4'::regtype AND casttarget = 'bool'::regtype
      UNION ALL SELECT alias FROM ts_debug('simple', 'abc') WHERE dictionary <> 'simple'::regdictionary`;
    expect(await execute(next.databaseUrl, changed)).toEqual([]);
    await next.return();
    await expectCleanNeighbour(pool());
  });

  it('is renewed if the schema cannot even be inspected', async () => {
    const lease = await pool().lease();
    await inLease(lease, 'ALTER LANGUAGE plpgsql RENAME TO leak');
    await expect(lease.return()).rejects.toThrow();
    await expectCleanNeighbour(pool());
  });

  it('is renewed only when no lease is open', async () => {
    const [lease, open] = [await pool().lease(), await pool().lease()];
    await inLease(lease, 'ALTER FUNCTION pg_catalog.md5(text) COST 77');
    expect(await leaksOf(lease)).toHaveLength(1);
    const next = await pool().lease();
    await (await open.pool()).query('SELECT FROM products');
    await open.return();
    await next.return();
    await expectCleanNeighbour(pool());
  });
});

describe('a role', () => {
  const pool = usePool({});

  it.each([
    ['ALTER ROLE CURRENT_USER CONNECTION LIMIT 90', 'role postgres changed'],
    [`ALTER ROLE CURRENT_USER VALID UNTIL '2001-01-01'`, 'role postgres changed'],
    [`ALTER ROLE CURRENT_USER PASSWORD 'leak'`, 'role postgres changed'],
    ['GRANT pg_monitor TO CURRENT_USER', 'membership of postgres in pg_monitor created'],
    [`COMMENT ON ROLE postgres IS 'leak'`, 'role postgres changed'],
    ['REVOKE pg_read_all_stats FROM pg_monitor', 'membership of pg_monitor in pg_read_all_stats dropped'],
    [
      'GRANT pg_read_all_stats TO pg_monitor WITH ADMIN OPTION',
      'membership of pg_monitor in pg_read_all_stats changed',
    ],
  ])('is restored: %s', async (sql, message) => {
    const read = (): Promise<unknown> =>
      execute(
        serverUrl(),
        `SELECT rolconnlimit, coalesce(rolvaliduntil, 'infinity') AS until, rolpassword,
           shobj_description(oid, 'pg_authid') AS comment,
           ARRAY(SELECT roleid || admin_option::text FROM pg_auth_members WHERE member = a.oid ORDER BY 1) AS roles
         FROM pg_authid a WHERE rolname IN ('postgres', 'pg_monitor') ORDER BY rolname`,
      );
    const before = await read();
    const lease = await pool().lease();
    await inLease(lease, sql);
    expect(await leaksOf(lease)).toEqual([message]);
    expect(await read()).toEqual(before);
    await expectCleanNeighbour(pool());
  });
});
