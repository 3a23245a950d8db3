import { describe, expect, it } from 'vitest';
import { execute, expectCleanNeighbour, inLease, leaksOf, usePool } from './support/fixture.js';

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
    ['REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC', 'GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC', 'language plpgsql'],
    [`COMMENT ON DATABASE DB IS 'x'`, 'COMMENT ON DATABASE DB IS NULL', 'database DB'],
    ['GRANT CREATE ON DATABASE DB TO pg_monitor', 'REVOKE CREATE ON DATABASE DB FROM pg_monitor', 'database DB'],
    ['ALTER DATABASE DB CONNECTION LIMIT 90', 'ALTER DATABASE DB CONNECTION LIMIT -1', 'database DB'],
  ])('that existed before is named if it is changed: %s', async (change, back, name) => {
    const lease = await pool().lease();
    const database = new URL(lease.databaseUrl).pathname.slice(1);
    await inLease(lease, change.replace('DB', database));
    expect(await leaksOf(lease)).toEqual([`${name.replace('DB', database)} changed`]);
    const next = await pool().lease();
    await inLease(next, back.replace('DB', database));
    await next.return().catch(() => undefined);
    await expectCleanNeighbour(pool());
  });
});
