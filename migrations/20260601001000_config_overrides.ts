import type { Knex } from 'knex';

/**
 * Overrides of the configuration files. `config_overrides` has one row per overridden key: `value` as written in YAML, SQL NULL
 * for the default; `rollback_to` if a rollback made it; `file_value` is what the files set when it was made, SQL NULL for
 * nothing. `config_pending_change` has one row while a change waits for its confirmation; `replaced` contains the override that
 * each of its keys had before. `config_override_state.version` counts the changes of all three tables. An active rollback is
 * copied from `config_rollback`, which the previous release still reads: the values that differ from those of the files for
 * which it was made.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE config_override_state (
      is_only boolean NOT NULL DEFAULT true,
      version bigint NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT config_override_state_pkey PRIMARY KEY (is_only),
      CONSTRAINT config_override_state_is_only_check CHECK (is_only)
    );

    CREATE TRIGGER config_override_state_touch_updated_at
      BEFORE UPDATE ON config_override_state FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

    CREATE TABLE config_overrides (
      key text NOT NULL,
      value jsonb NULL,
      rollback_to bigint NULL,
      actor_id uuid NULL,
      reason text NULL,
      expires_at timestamptz(3) NULL,
      file_value jsonb NULL,
      created_at timestamptz(3) NOT NULL,
      CONSTRAINT config_overrides_pkey PRIMARY KEY (key)
    );

    CREATE TABLE config_pending_change (
      is_only boolean NOT NULL DEFAULT true,
      revision bigint NOT NULL,
      confirm_by timestamptz(3) NOT NULL,
      actor_id uuid NULL,
      reason text NULL,
      max_error_ratio double precision NULL,
      replaced jsonb NOT NULL,
      created_at timestamptz(3) NOT NULL,
      CONSTRAINT config_pending_change_pkey PRIMARY KEY (is_only),
      CONSTRAINT config_pending_change_is_only_check CHECK (is_only),
      CONSTRAINT config_pending_change_replaced_check CHECK (jsonb_typeof(replaced) = 'object')
    );

    CREATE TABLE config_scheduled_changes (
      id uuid NOT NULL,
      at timestamptz(3) NOT NULL,
      changes jsonb NOT NULL,
      actor_id uuid NULL,
      reason text NULL,
      confirm_within_ms bigint NULL,
      expires_in_ms bigint NULL,
      max_error_ratio double precision NULL,
      created_at timestamptz(3) NOT NULL,
      CONSTRAINT config_scheduled_changes_pkey PRIMARY KEY (id),
      CONSTRAINT config_scheduled_changes_changes_check CHECK (jsonb_typeof(changes) = 'object')
    );

    ALTER TABLE config_revisions
      ADD COLUMN reason text NULL,
      DROP CONSTRAINT config_revisions_trigger_check,
      ADD CONSTRAINT config_revisions_trigger_check CHECK (trigger IN
        ('start', 'watch', 'poll', 'signal', 'admin', 'rollback', 'override', 'revert', 'expiry', 'schedule'));

    INSERT INTO config_override_state (version) SELECT count(*) FROM config_rollback;

    INSERT INTO config_overrides (key, value, rollback_to, actor_id, created_at, file_value)
      SELECT key, rollback.stated -> key, rollback.revision, rollback.actor_id, rollback.created_at, base.stated -> key
        FROM config_rollback AS rollback
        LEFT JOIN LATERAL (
          SELECT stated FROM config_revisions WHERE hash = rollback.base_hash ORDER BY revision DESC LIMIT 1
        ) AS base ON true
        CROSS JOIN LATERAL (
          SELECT jsonb_object_keys(rollback.stated) AS key UNION SELECT jsonb_object_keys(coalesce(base.stated, '{}'))
        ) AS keys
        WHERE rollback.stated -> key IS DISTINCT FROM base.stated -> key AND key <> 'mail.smtp.username';
  `);
};

/** Drops all overrides and scheduled changes; the files are active after the next start. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw(`
    DROP TABLE config_overrides;
    DROP TABLE config_pending_change;
    DROP TABLE config_scheduled_changes;
    DROP TABLE config_override_state;
    UPDATE config_revisions SET trigger = 'admin' WHERE trigger IN ('override', 'revert', 'expiry', 'schedule');
    ALTER TABLE config_revisions
      DROP COLUMN reason,
      DROP CONSTRAINT config_revisions_trigger_check,
      ADD CONSTRAINT config_revisions_trigger_check
        CHECK (trigger IN ('start', 'watch', 'poll', 'signal', 'admin', 'rollback'));
  `);
};
