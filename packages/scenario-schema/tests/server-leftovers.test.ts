import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { dropDatabase } from '../src/server/drop-database.js';
import { removeServerLeftovers } from '../src/server/server-leftovers.js';
import { execute, serverUrl } from './support/fixture.js';

const open = async (): Promise<pg.Client> => {
  const client = new pg.Client(serverUrl());
  await client.connect();
  onTestFinished(() => client.end());
  return client;
};

it('removes what earlier runs have left on a server, unless another client uses it', async () => {
  const name = `left_${randomBytes(4).toString('hex')}`;
  await execute(
    serverUrl(),
    `CREATE ROLE ${name}; GRANT pg_monitor TO ${name}; ALTER ROLE ${name} SET work_mem = '5MB'`,
  );
  await execute(serverUrl(), `CREATE DATABASE ${name} OWNER ${name} STRATEGY file_copy`);
  await execute(serverUrl(), `ALTER SYSTEM SET work_mem = '9MB'`);
  const [client, other] = [await open(), await open()];
  expect(await removeServerLeftovers(client, 'scenario_')).toEqual([]);
  await other.end();
  const removed = await removeServerLeftovers(client, 'scenario_');
  expect(removed.toSorted()).toEqual([
    `ALTER ROLE ${name} SET work_mem=5MB`,
    `ALTER SYSTEM SET work_mem = '9MB'`,
    `database ${name}`,
    `membership of ${name} in pg_monitor`,
    `role ${name}`,
  ]);
  expect(await removeServerLeftovers(client, 'scenario_')).toEqual([]);
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

it('reports why a database cannot be dropped, even if what keeps it cannot be removed either', async () => {
  const client = await open();
  const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
  await expect(dropDatabase(client, 'postgres://127.0.0.1:1/none', rows[0]?.name ?? '')).rejects.toThrow(
    'cannot drop the currently open database',
  );
});
