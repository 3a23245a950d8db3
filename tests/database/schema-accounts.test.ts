import { describe, expect, it } from 'vitest';
import { useMigratedDatabase, violated } from './support.js';

const migrated = useMigratedDatabase();
const { id, addUser } = migrated;

interface UserRow {
  readonly id: string;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}
const userRow = async (userId: string): Promise<UserRow> => {
  const [row] = await migrated.database.knex<UserRow>('users').where('id', userId).select();
  if (row === undefined) throw new Error('no such user');
  return row;
};

describe('accounts', () => {
  it('have names that are unique without regard to case, deleted accounts included', async () => {
    await addUser({ username: 'Ada', deleted_at: new Date() });
    expect(await violated(addUser({ username: 'aDA' }))).toBe('users_username_key');
  });

  it.each(['ab', '-abc', 'a b', 'ünï', 'a'.repeat(51), 'abc\n'])('cannot be named %j', async (username) => {
    expect(await violated(addUser({ username }))).toBe('users_username_check');
  });

  it('share an address until one of them has verified it', async () => {
    await addUser({ email: 'x@example.org' });
    await addUser({ email: 'X@example.org', email_verified: true });
    await addUser({ email: 'x@example.org' });
    expect(await violated(addUser({ email: 'x@EXAMPLE.org', email_verified: true }))).toBe('users_verified_email_key');
  });

  it.each([
    ['users_email_check', { email: 'a'.repeat(255) }],
    ['users_email_verified_check', { email_verified: true }],
    ['users_description_check', { description: 'x'.repeat(2001) }],
    ['users_current_goal_check', { current_goal: 'x'.repeat(501) }],
    ['users_metadata_check', { metadata: '[]' }],
    ['users_status_check', { status: 'deleted' }],
  ])('satisfy the constraint %s', async (constraint, values) => {
    expect(await violated(addUser(values))).toBe(constraint);
  });

  it('count every change but a login in version, and touch updated_at for all but a login and a new password', async () => {
    const past = new Date('2020-01-01T00:00:00.123Z');
    const user = await addUser({ created_at: past, updated_at: past });
    expect(await userRow(user)).toMatchObject({ version: 1, created_at: past, updated_at: past });

    await migrated.database.knex('users').where({ id: user }).update({ last_login_at: new Date(), password_hash: 'x' });
    expect(await userRow(user)).toMatchObject({ version: 1, updated_at: past });

    await migrated.database.knex('users').where({ id: user }).update({ password_hash: 'y' });
    expect(await userRow(user)).toMatchObject({ version: 2, updated_at: past });

    await migrated.database.knex('users').where({ id: user }).update({ last_seen_at: new Date(), password_hash: 'z' });
    expect(await userRow(user)).toMatchObject({ version: 3, updated_at: past });

    await migrated.database
      .knex('users')
      .where({ id: user })
      .update({ last_seen_at: new Date(0), last_login_at: new Date(0) });
    expect(await userRow(user)).toMatchObject({ version: 3, updated_at: past });

    await migrated.database.knex('users').where({ id: user }).update({ description: 'new' });
    const { version, updated_at: touched } = await userRow(user);
    expect(version).toBe(4);
    expect(touched.getTime()).toBeGreaterThan(past.getTime());
  });

  it('get a new version with any change of roles, except for the first roles of a new account', async () => {
    const { knex } = migrated.database;
    const role = (number: number): string => `01900000-0000-7000-8000-00000000000${String(number)}`;
    const user = await migrated.database.transaction(async (trx) => {
      const newId = id();
      await trx('users').insert({ id: newId, username: `user${newId.slice(-12)}` });
      await trx('user_roles').insert({ user_id: newId, role_id: role(1) });
      return newId;
    });
    const other = await addUser();
    const versions = async (): Promise<number[]> => [(await userRow(user)).version, (await userRow(other)).version];
    expect(await versions()).toEqual([1, 1]);
    await knex('user_roles').insert([
      { user_id: user, role_id: role(2) },
      { user_id: other, role_id: role(2) },
    ]);
    expect(await versions()).toEqual([2, 2]);
    await knex('user_roles')
      .where({ user_id: other })
      .update({ user_id: user, role_id: role(3) });
    expect(await versions()).toEqual([3, 3]);
    await knex('user_roles').where({ user_id: user }).delete();
    expect(await versions()).toEqual([4, 3]);
    await migrated.database.transaction(async (trx) => {
      await trx('user_roles').insert({ user_id: user, role_id: role(1) });
      await trx('user_roles').insert({ user_id: user, role_id: role(2) });
    });
    expect(await versions()).toEqual([5, 3]);
    await knex('user_roles').delete();
  });

  it('keep an updated_at that the service sets itself', async () => {
    const user = await addUser();
    const moved = new Date('2031-05-05T05:05:05.555Z');
    await migrated.database.knex('users').where({ id: user }).update({ description: 'new', updated_at: moved });
    expect((await userRow(user)).updated_at).toEqual(moved);
  });

  it('are deleted with their sessions, tokens, roles, greetings and stored responses', async () => {
    const user = await addUser();
    const session = id();
    const later = new Date('2040-01-01T00:00:00Z');
    const { knex } = migrated.database;
    await knex('sessions').insert({ id: session, user_id: user, expires_at: later, absolute_expires_at: later });
    await knex('refresh_tokens').insert({
      id: id(),
      session_id: session,
      token_hash: Buffer.alloc(32, 7),
      expires_at: later,
    });
    await knex('greetings').insert({ id: id(), user_id: user, message: 'Hello!' });
    await knex('user_roles').insert({ user_id: user, role_id: '01900000-0000-7000-8000-000000000001' });
    await knex('idempotency_keys').insert({
      id: id(),
      caller: 'c',
      route: 'r',
      key: 'k',
      request_hash: Buffer.alloc(32),
      subject_id: user,
      locked_until: later,
      expires_at: later,
    });
    await knex('users').where({ id: user }).delete();
    for (const table of ['sessions', 'refresh_tokens', 'greetings', 'user_roles', 'idempotency_keys']) {
      expect(await knex(table).select(), table).toEqual([]);
    }
  });
});
