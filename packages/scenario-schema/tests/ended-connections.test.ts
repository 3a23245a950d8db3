import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { startPool } from './support/fixture.js';

const endOthers = (condition: string): string =>
  `SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
   WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' AND ${condition}`;

it.each([
  ['of the database', endOthers('datname = current_database()')],
  ['of the server', endOthers('true')],
])('a scenario that ends all connections %s is named, and does not affect the next one', async (_, sql) => {
  const pool = await startPool();
  const lease = await pool.lease();
  await (await lease.pool()).query(sql);
  await expect(lease.return()).rejects.toThrow(
    /left behind: connection of scenario-schema to the database ended \(SELECT pg_terminate_backend.* at .*ended-connections/,
  );
  const next = await pool.lease();
  await (await next.pool()).query(`INSERT INTO products (name) VALUES ('plum')`);
  await next.return();
});

it('a connection that another process has ended is opened again', async () => {
  const pool = await startPool();
  const lease = await pool.lease();
  const script = `import pg from 'pg';
    const client = new pg.Client(process.argv[1]);
    await client.connect();
    await client.query(process.argv[2]);
    await client.end();`;
  const sql = endOthers(`application_name LIKE 'scenario-schema %'`);
  execFileSync(process.execPath, ['--input-type=module', '-e', script, lease.databaseUrl, sql]);
  await lease.return();
});
