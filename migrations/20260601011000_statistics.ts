import type { Knex } from 'knex';

/**
 * Counters of each hour, one row for all instances, and the permissions to read them and to manage the outbox. Reading a
 * period never counts rows.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE hourly_statistics (
      hour timestamptz(3) NOT NULL,
      logins integer NOT NULL DEFAULT 0,
      failures integer NOT NULL DEFAULT 0,
      registrations integer NOT NULL DEFAULT 0,
      resets integer NOT NULL DEFAULT 0,
      errors_5xx integer NOT NULL DEFAULT 0,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT hourly_statistics_pkey PRIMARY KEY (hour)
    );

    CREATE TRIGGER hourly_statistics_touch_updated_at
      BEFORE UPDATE ON hourly_statistics FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

    CREATE INDEX mail_outbox_created_at_idx ON mail_outbox (created_at DESC, id DESC);
    CREATE INDEX mail_outbox_state_idx ON mail_outbox (state, created_at DESC, id DESC);

    INSERT INTO permissions (id, name, description) VALUES
      ('01900000-0000-7000-8000-00000000010d', 'statistics:read', 'View statistics and the state of the service'),
      ('01900000-0000-7000-8000-00000000010e', 'mail:read', 'View the outbox and preview templates'),
      ('01900000-0000-7000-8000-00000000010f', 'mail:write', 'Retry and drop mails, and send test mails');

    INSERT INTO role_permissions (role_id, permission_id)
      SELECT roles.id, permissions.id FROM roles CROSS JOIN permissions
      WHERE permissions.name IN ('statistics:read', 'mail:read', 'mail:write')
        AND (roles.name = 'admin' OR (roles.name = 'support' AND permissions.name = 'statistics:read'))
        AND roles.builtin;
  `);
};

/** Drops the counters and the permissions. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw(`
    DELETE FROM permissions WHERE name IN ('statistics:read', 'mail:read', 'mail:write');
    DROP INDEX mail_outbox_created_at_idx, mail_outbox_state_idx;
    DROP TABLE hourly_statistics;
  `);
};
