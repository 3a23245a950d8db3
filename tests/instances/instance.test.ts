import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Instance } from '../../src/models/instance.js';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres.js';
import { closeAll, makeInstance, type TestInstance } from './support.js';

let database: TestDatabase;
const instances: TestInstance[] = [];

beforeAll(async () => {
  database = await createMigratedDatabase();
});
afterAll(() => database.drop());
afterEach(() => closeAll(instances));

it('lists the instances that were seen within the last minute, and which are up', async () => {
  const one = makeInstance(database.url);
  instances.push(one);
  await one.register();
  const gone = (name: string, ago: string): Promise<unknown> =>
    one.db.knex.raw(
      `INSERT INTO instances (id, hostname, pid, version, lease_until, last_seen_at)
        VALUES (gen_random_uuid(), ?, 1, '0', clock_timestamp() - ?::interval, clock_timestamp() - ?::interval)`,
      [name, ago, ago],
    );
  await gone('killed', '50 seconds');
  await gone('forgotten', '70 seconds');
  const seen = await Instance.list(one.db.knex);
  expect(seen.map(({ hostname, isLive, revision, hash }) => ({ hostname, isLive, revision, hash }))).toEqual([
    { hostname: 'here', isLive: true, revision: 7, hash: 'abc' },
    { hostname: 'killed', isLive: false, revision: null, hash: null },
  ]);
  expect(seen[0]?.lastSeenAt).toBeInstanceOf(Date);
});
