import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { violatedConstraint } from '../../src/database/classify-error.js';
import { captureError } from '../support/capture-error.js';
import { useDatabase } from '../support/postgres.js';

let database: Database;
let sequence = 0;

useDatabase((_made, opened) => {
  database = opened;
});

const id = (): string => `01900000-0000-7000-9000-${String((sequence += 1)).padStart(12, '0')}`;

const addUser = async (values: Record<string, unknown> = {}): Promise<string> => {
  const user = { id: id(), username: `user${String(sequence)}`, ...values };
  await database.knex('users').insert(user);
  return user.id;
};

const violated = async (work: PromiseLike<unknown>): Promise<string | null> =>
  violatedConstraint(await captureError(work));

interface UserRow {
  readonly id: string;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}
const userRow = async (userId: string): Promise<UserRow> => {
  const [row] = await database.knex<UserRow>('users').where('id', userId).select();
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
  ])('hold to %s', async (constraint, values) => {
    expect(await violated(addUser(values))).toBe(constraint);
  });

  it('count every change but a login in version, and touch updated_at for all but a login and a new password', async () => {
    const past = new Date('2020-01-01T00:00:00.123Z');
    const user = await addUser({ created_at: past, updated_at: past });
    expect(await userRow(user)).toMatchObject({ version: 1, created_at: past, updated_at: past });

    await database.knex('users').where({ id: user }).update({ last_login_at: new Date(), password_hash: 'x' });
    expect(await userRow(user)).toMatchObject({ version: 1, updated_at: past });

    await database.knex('users').where({ id: user }).update({ password_hash: 'y' });
    expect(await userRow(user)).toMatchObject({ version: 2, updated_at: past });

    await database.knex('users').where({ id: user }).update({ last_seen_at: new Date(), password_hash: 'z' });
    expect(await userRow(user)).toMatchObject({ version: 3, updated_at: past });

    await database
      .knex('users')
      .where({ id: user })
      .update({ last_seen_at: new Date(0), last_login_at: new Date(0) });
    expect(await userRow(user)).toMatchObject({ version: 3, updated_at: past });

    await database.knex('users').where({ id: user }).update({ description: 'new' });
    const { version, updated_at: touched } = await userRow(user);
    expect(version).toBe(4);
    expect(touched.getTime()).toBeGreaterThan(past.getTime());
  });

  it('get a new version with any change of roles, except for the first roles of a new account', async () => {
    const { knex } = database;
    const role = (number: number): string => `01900000-0000-7000-8000-00000000000${String(number)}`;
    const user = await database.transaction(async (trx) => {
      const newId = id();
      await trx('users').insert({ id: newId, username: `user${String(sequence)}` });
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
    await database.transaction(async (trx) => {
      await trx('user_roles').insert({ user_id: user, role_id: role(1) });
      await trx('user_roles').insert({ user_id: user, role_id: role(2) });
    });
    expect(await versions()).toEqual([5, 3]);
    await knex('user_roles').delete();
  });

  it('keep an updated_at that the service sets itself', async () => {
    const user = await addUser();
    const moved = new Date('2031-05-05T05:05:05.555Z');
    await database.knex('users').where({ id: user }).update({ description: 'new', updated_at: moved });
    expect((await userRow(user)).updated_at).toEqual(moved);
  });

  it('take sessions, tokens, roles, greetings and kept answers with them', async () => {
    const user = await addUser();
    const session = id();
    const later = new Date('2040-01-01T00:00:00Z');
    const { knex } = database;
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

describe('sessions and tokens', () => {
  it('end with a reason, or do not end', async () => {
    const user_id = await addUser();
    const end = { expires_at: new Date(), absolute_expires_at: new Date() };
    const insert = (values: object): PromiseLike<unknown> =>
      database.knex('sessions').insert({ id: id(), user_id, ...end, ...values });
    expect(await violated(insert({ ended_at: new Date() }))).toBe('sessions_end_check');
    expect(await violated(insert({ end_reason: 'logout' }))).toBe('sessions_end_check');
    await insert({ ended_at: new Date(), end_reason: 'logout', ip_address: '2001:db8::1' });
    expect(await database.knex('sessions').where({ user_id }).pluck('ip_address')).toEqual(['2001:db8::1']);
  });

  it('are known by one hash of 32 octets', async () => {
    const session_id = id();
    const times = { expires_at: new Date(), absolute_expires_at: new Date() };
    await database.knex('sessions').insert({ id: session_id, user_id: await addUser(), ...times });
    const insert = (token_hash: Buffer): PromiseLike<unknown> =>
      database.knex('refresh_tokens').insert({ id: id(), session_id, token_hash, expires_at: new Date() });
    await insert(Buffer.alloc(32, 1));
    expect(await violated(insert(Buffer.alloc(32, 1)))).toBe('refresh_tokens_token_hash_key');
    expect(await violated(insert(Buffer.alloc(31)))).toBe('refresh_tokens_token_hash_check');
  });
});

describe('roles', () => {
  it('come with the built-in three and what they permit', async () => {
    const { rows } = await database.knex.raw<{ rows: { name: string; permissions: string[] }[] }>(`
      SELECT roles.name, array_remove(array_agg(permissions.name ORDER BY permissions.name), NULL) AS permissions
      FROM roles LEFT JOIN role_permissions ON role_id = roles.id LEFT JOIN permissions ON permission_id = permissions.id
      WHERE builtin GROUP BY roles.name ORDER BY roles.name`);
    expect(rows).toEqual([
      {
        name: 'admin',
        permissions: [
          'audit:read',
          'cache:write',
          'config:read',
          'config:write',
          'keys:read',
          'keys:write',
          'roles:read',
          'roles:write',
          'tokens:introspect',
          'users:delete',
          'users:read',
          'users:write',
        ],
      },
      { name: 'support', permissions: ['audit:read', 'users:read', 'users:write'] },
      { name: 'user', permissions: [] },
    ]);
  });

  it('cannot be deleted while a user has them', async () => {
    const role_id = id();
    await database.knex('roles').insert({ id: role_id, name: 'editor' });
    await database.knex('user_roles').insert({ user_id: await addUser(), role_id });
    expect(await violated(database.knex('roles').where({ id: role_id }).delete())).toBe('user_roles_role_id_fkey');
    expect(await violated(database.knex('roles').insert({ id: id(), name: 'editor' }))).toBe('roles_name_key');
    expect(await violated(database.knex('roles').insert({ id: id(), name: 'Editor' }))).toBe('roles_name_check');
  });
});

describe('signing keys', () => {
  it('have one active key at most', async () => {
    const key = (state: string): PromiseLike<unknown> =>
      database.knex('signing_keys').insert({ id: id(), algorithm: 'HS256', state, encrypted_secret: Buffer.from('x') });
    await key('active');
    await key('retiring');
    await key('retiring');
    expect(await violated(key('active'))).toBe('signing_keys_one_active_key');
    expect(await violated(key('none'))).toBe('signing_keys_state_check');
  });
});

describe('the audit log', () => {
  const event = async (created_at = new Date()): Promise<void> => {
    await database.knex('audit_events').insert({ id: id(), action: 'user.login', result: 'success', created_at });
  };
  const refused = async (statement: string): Promise<unknown> => captureError(database.knex.raw(statement));

  it.each([
    'UPDATE audit_events SET action = $$x$$',
    'UPDATE audit_events_default SET action = $$x$$',
    'DELETE FROM audit_events',
    'DELETE FROM audit_events_default',
    'TRUNCATE audit_events',
    'TRUNCATE audit_events_default',
    'TRUNCATE ONLY audit_events_default',
  ])('refuses %s', async (statement) => {
    await event();
    const before = await database.knex('audit_events').count();
    expect(await refused(statement)).toMatchObject({
      code: '42501',
      message: expect.stringContaining('refused: audit events are append-only') as string,
    });
    expect(await database.knex('audit_events').count()).toEqual(before);
  });

  it('refuses changes in partitions that are added later, and lets retention drop them', async () => {
    const { knex } = database;
    await knex.raw(`CREATE TABLE audit_events_1999 PARTITION OF audit_events
      FOR VALUES FROM ('1999-01-01') TO ('2000-01-01')`);
    await event(new Date('1999-06-01T00:00:00Z'));
    expect(await refused('UPDATE audit_events_1999 SET action = $$x$$')).toMatchObject({ code: '42501' });
    expect(await refused('DELETE FROM audit_events_1999')).toMatchObject({ code: '42501' });
    expect(await refused('TRUNCATE audit_events')).toMatchObject({ code: '42501' });
    await knex.raw('DROP TABLE audit_events_1999');
    expect(await knex('audit_events').where('created_at', '<', new Date('2000-01-01T00:00:00Z'))).toEqual([]);
  });

  it('knows two results', async () => {
    const odd = database.knex('audit_events').insert({ id: id(), action: 'x', result: 'maybe' });
    expect(await violated(odd)).toBe('audit_events_result_check');
  });
});

describe('every table', () => {
  it('has an index whose first columns are those of each foreign key', async () => {
    const { rows } = await database.knex.raw<{ rows: unknown[] }>(`
      SELECT conrelid::regclass::text AS "table", conname FROM pg_constraint fk
      WHERE contype = 'f' AND NOT EXISTS (
        SELECT 1 FROM pg_index i WHERE i.indrelid = fk.conrelid AND i.indpred IS NULL
          AND (i.indkey::int2[])[0:cardinality(fk.conkey) - 1] = fk.conkey)`);
    expect(rows).toEqual([]);
  });

  it('has created_at and, where rows may change, a touched updated_at, both in milliseconds', async () => {
    const { rows } = await database.knex.raw<{ rows: { relname: string; columns: string[]; touched: boolean }[] }>(`
      SELECT relname, ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnotnull
          AND atttypid = 'timestamptz'::regtype AND atttypmod = 3 AND attname IN ('created_at', 'updated_at')
          ORDER BY attname) AS columns,
        EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = c.oid AND tgname = relname || '_touch_updated_at') AS touched
      FROM pg_class c WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
        AND relname <> 'knex_migrations' AND NOT relispartition`);
    expect(rows.length).toBeGreaterThanOrEqual(11);
    const neverUpdated = ['audit_events', 'config_revisions', 'config_rollback'];
    for (const { relname, columns, touched } of rows) {
      const mayChange = !neverUpdated.includes(relname);
      expect(columns, relname).toEqual(mayChange ? ['created_at', 'updated_at'] : ['created_at']);
      expect(touched, relname).toBe(mayChange);
    }
  });
});
