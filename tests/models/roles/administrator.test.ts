import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { assertNotLastAdmin, hasAdmin, hasSeveralAdmins } from '../../../src/models/roles/administrator.js';
import { newId } from '../../../src/models/base-model.js';
import { User } from '../../../src/models/accounts/user.js';
import { captureError } from '../../support/capture-error.js';
import { useDatabase } from '../../support/postgres.js';

const userCount = 20_000;
let db: Database;

useDatabase((_made, opened) => {
  db = opened;
});
beforeAll(async () => {
  await db.knex.raw(
    `WITH made AS (
        INSERT INTO users (id, username) SELECT gen_random_uuid(), 'user' || i FROM generate_series(1, ?::integer) i RETURNING id)
      INSERT INTO user_roles (user_id, role_id) SELECT made.id, r.id FROM made JOIN roles r ON r.name = 'user'`,
    [userCount],
  );
  await db.knex.raw('ANALYZE');
});

/** Numbers of accounts and roles that were read sequentially. */
const readBy = async (work: (trx: Parameters<typeof hasAdmin>[0]) => Promise<unknown>): Promise<number> => {
  const count = async (trx: Parameters<typeof hasAdmin>[0]): Promise<number> => {
    const { rows } = await trx.raw<{ rows: { count: number }[] }>(
      `SELECT sum(pg_stat_get_xact_tuples_returned(oid))::integer AS count FROM pg_class
        WHERE oid IN ('users'::regclass, 'user_roles'::regclass)`,
    );
    return rows[0]?.count ?? -1;
  };
  return db.transaction(async (trx) => {
    const before = await count(trx);
    await work(trx);
    return (await count(trx)) - before;
  });
};

const makeAdmin = async (): Promise<string> => {
  const id = newId();
  const nothing = { passwordHash: null, email: null, description: null, currentGoal: null };
  const user = await db.transaction((trx) =>
    User.register(trx, { username: `root${id.slice(-8)}`, ...nothing }, ['admin']),
  );
  return user.id;
};

describe('hasAdmin', () => {
  it('does not scan all users', async () => {
    expect(await hasAdmin(db.knex)).toBe(false);
    expect(await readBy(hasAdmin)).toBeLessThan(100);
    const id = await makeAdmin();
    expect(await hasAdmin(db.knex)).toBe(true);
    expect(await readBy(hasAdmin)).toBeLessThan(100);
    const now = new Date();
    expect(await readBy((trx) => captureError(assertNotLastAdmin(trx as never, id, now)))).toBeLessThan(100);
    expect(await captureError(db.transaction((trx) => assertNotLastAdmin(trx, id, now)))).toMatchObject({
      code: 'last_admin',
    });
    await makeAdmin();
    await db.transaction((trx) => assertNotLastAdmin(trx, id, now));
  });

  it('does not count deleted accounts', async () => {
    await db.knex('users').whereNot('username', 'like', 'user%').delete();
    const [kept, deleted] = [await makeAdmin(), await makeAdmin()];
    expect(await hasSeveralAdmins(db.knex)).toBe(true);
    const remove = (id: string) => db.knex('users').where({ id }).update({ deleted_at: new Date() });
    await remove(deleted);
    expect(await hasSeveralAdmins(db.knex)).toBe(false);
    expect(await hasAdmin(db.knex)).toBe(true);
    await remove(kept);
    expect(await hasAdmin(db.knex)).toBe(false);
  });
});
