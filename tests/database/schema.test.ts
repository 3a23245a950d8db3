import { describe, expect, it } from 'vitest';
import { captureError } from '../support/capture-error.js';
import { useMigratedDatabase, violated } from './support.js';

const migrated = useMigratedDatabase();
const { id, addUser } = migrated;

describe('sessions and tokens', () => {
  it('have a reason if they have ended', async () => {
    const user_id = await addUser();
    const end = { expires_at: new Date(), absolute_expires_at: new Date() };
    const insert = (values: object): PromiseLike<unknown> =>
      migrated.database.knex('sessions').insert({ id: id(), user_id, ...end, ...values });
    expect(await violated(insert({ ended_at: new Date() }))).toBe('sessions_end_check');
    expect(await violated(insert({ end_reason: 'logout' }))).toBe('sessions_end_check');
    await insert({ ended_at: new Date(), end_reason: 'logout', ip_address: '2001:db8::1' });
    expect(await migrated.database.knex('sessions').where({ user_id }).pluck('ip_address')).toEqual(['2001:db8::1']);
  });

  it('are identified by one hash of 32 octets', async () => {
    const session_id = id();
    const times = { expires_at: new Date(), absolute_expires_at: new Date() };
    await migrated.database.knex('sessions').insert({ id: session_id, user_id: await addUser(), ...times });
    const insert = (token_hash: Buffer): PromiseLike<unknown> =>
      migrated.database.knex('refresh_tokens').insert({ id: id(), session_id, token_hash, expires_at: new Date() });
    await insert(Buffer.alloc(32, 1));
    expect(await violated(insert(Buffer.alloc(32, 1)))).toBe('refresh_tokens_token_hash_key');
    expect(await violated(insert(Buffer.alloc(31)))).toBe('refresh_tokens_token_hash_check');
  });
});

describe('roles', () => {
  it('include the three built-in ones with their permissions', async () => {
    const { rows } = await migrated.database.knex.raw<{ rows: { name: string; permissions: string[] }[] }>(`
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
          'mail:read',
          'mail:write',
          'roles:read',
          'roles:write',
          'statistics:read',
          'tokens:introspect',
          'users:delete',
          'users:read',
          'users:write',
        ],
      },
      { name: 'support', permissions: ['audit:read', 'statistics:read', 'users:read', 'users:write'] },
      { name: 'user', permissions: [] },
    ]);
  });

  it('cannot be deleted while a user has them', async () => {
    const role_id = id();
    await migrated.database.knex('roles').insert({ id: role_id, name: 'editor' });
    await migrated.database.knex('user_roles').insert({ user_id: await addUser(), role_id });
    expect(await violated(migrated.database.knex('roles').where({ id: role_id }).delete())).toBe(
      'user_roles_role_id_fkey',
    );
    expect(await violated(migrated.database.knex('roles').insert({ id: id(), name: 'editor' }))).toBe('roles_name_key');
    expect(await violated(migrated.database.knex('roles').insert({ id: id(), name: 'Editor' }))).toBe(
      'roles_name_check',
    );
  });
});

describe('signing keys', () => {
  it('have one active key at most', async () => {
    const key = (state: string): PromiseLike<unknown> =>
      migrated.database
        .knex('signing_keys')
        .insert({ id: id(), algorithm: 'HS256', state, encrypted_secret: Buffer.from('x') });
    await key('active');
    await key('retiring');
    await key('retiring');
    expect(await violated(key('active'))).toBe('signing_keys_one_active_key');
    expect(await violated(key('none'))).toBe('signing_keys_state_check');
  });
});

describe('the audit log', () => {
  const event = async (created_at = new Date()): Promise<void> => {
    await migrated.database
      .knex('audit_events')
      .insert({ id: id(), action: 'user.login', result: 'success', created_at });
  };
  const rejectionOf = async (statement: string): Promise<unknown> =>
    captureError(migrated.database.knex.raw(statement));

  it.each([
    'UPDATE audit_events SET action = $$x$$',
    'UPDATE audit_events_default SET action = $$x$$',
    'DELETE FROM audit_events',
    'DELETE FROM audit_events_default',
    'TRUNCATE audit_events',
    'TRUNCATE audit_events_default',
    'TRUNCATE ONLY audit_events_default',
  ])('rejects %s', async (statement) => {
    await event();
    const before = await migrated.database.knex('audit_events').count();
    expect(await rejectionOf(statement)).toMatchObject({
      code: '42501',
      message: expect.stringContaining('refused: audit events are append-only') as string,
    });
    expect(await migrated.database.knex('audit_events').count()).toEqual(before);
  });

  it('allows only the removal of the reason for a block, once the account no longer exists', async () => {
    const { knex } = migrated.database;
    const [known, erased] = [await addUser(), id()];
    const block = async (subjectId: string, action = 'user.blocked'): Promise<string> => {
      const event = {
        id: id(),
        action,
        result: 'success',
        subject_id: subjectId,
        details: { reason: 'x', until: null },
      };
      await knex('audit_events').insert(event);
      return event.id;
    };
    const set = async (eventId: string, change: string): Promise<unknown> =>
      captureError(knex.raw(`UPDATE audit_events SET ${change} WHERE id = ?`, [eventId]));
    const without = `details = details - 'reason'`;
    const event = await block(erased);
    expect(await set(event, `details = '{}'`)).toMatchObject({ code: '42501' });
    expect(await set(event, `${without}, request_id = 'other'`)).toMatchObject({ code: '42501' });
    expect(await set(await block(known), without)).toMatchObject({ code: '42501' });
    expect(await set(await block(erased, 'user.unblocked'), without)).toMatchObject({ code: '42501' });
    await knex.raw(`UPDATE audit_events SET ${without} WHERE id = ?`, [event]);
    expect(await knex('audit_events').where({ id: event }).pluck('details')).toEqual([{ until: null }]);
  });

  it('rejects changes in partitions that are added later, and allows retention to drop them', async () => {
    const { knex } = migrated.database;
    await knex.raw(`CREATE TABLE audit_events_1999 PARTITION OF audit_events
      FOR VALUES FROM ('1999-01-01') TO ('2000-01-01')`);
    await event(new Date('1999-06-01T00:00:00Z'));
    expect(await rejectionOf('UPDATE audit_events_1999 SET action = $$x$$')).toMatchObject({ code: '42501' });
    expect(await rejectionOf('DELETE FROM audit_events_1999')).toMatchObject({ code: '42501' });
    expect(await rejectionOf('TRUNCATE audit_events')).toMatchObject({ code: '42501' });
    await knex.raw('DROP TABLE audit_events_1999');
    expect(await knex('audit_events').where('created_at', '<', new Date('2000-01-01T00:00:00Z'))).toEqual([]);
  });

  it('allows two results', async () => {
    const odd = migrated.database.knex('audit_events').insert({ id: id(), action: 'x', result: 'maybe' });
    expect(await violated(odd)).toBe('audit_events_result_check');
  });
});

describe('every table', () => {
  it('has an index whose first columns are those of each foreign key', async () => {
    const { rows } = await migrated.database.knex.raw<{ rows: unknown[] }>(`
      SELECT conrelid::regclass::text AS "table", conname FROM pg_constraint fk
      WHERE contype = 'f' AND NOT EXISTS (
        SELECT 1 FROM pg_index i WHERE i.indrelid = fk.conrelid AND i.indpred IS NULL
          AND (i.indkey::int2[])[0:cardinality(fk.conkey) - 1] = fk.conkey)`);
    expect(rows).toEqual([]);
  });

  it('has created_at and, where rows may change, a touched updated_at, both in milliseconds', async () => {
    const { rows } = await migrated.database.knex.raw<{
      rows: { relname: string; columns: string[]; touched: boolean }[];
    }>(`
      SELECT relname, ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnotnull
          AND atttypid = 'timestamptz'::regtype AND atttypmod = 3 AND attname IN ('created_at', 'updated_at')
          ORDER BY attname) AS columns,
        EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = c.oid AND tgname = relname || '_touch_updated_at') AS touched
      FROM pg_class c WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
        AND relname <> 'knex_migrations' AND NOT relispartition`);
    expect(rows.length).toBeGreaterThanOrEqual(11);
    const neverUpdated = [
      ...['audit_events', 'config_revisions', 'config_rollback', 'counter_changes'],
      ...['config_overrides', 'config_pending_change', 'config_scheduled_changes'],
    ];
    for (const { relname, columns, touched } of rows) {
      const mayChange = !neverUpdated.includes(relname);
      expect(columns, relname).toEqual(mayChange ? ['created_at', 'updated_at'] : ['created_at']);
      expect(touched, relname).toBe(mayChange);
    }
  });
});
