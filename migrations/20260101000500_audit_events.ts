import type { Knex } from 'knex';

/**
 * The audit log: append-only, hence no `updated_at`. Ids have no foreign keys, since the rows outlive the accounts. The table
 * is partitioned by time, so that retention drops whole partitions; the default partition takes all other rows. Row
 * triggers apply to every partition, also to later ones; TRUNCATE triggers do not, so each new partition needs one.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE audit_events (
      id uuid NOT NULL,
      action text NOT NULL,
      result text NOT NULL,
      actor_id uuid NULL,
      subject_id uuid NULL,
      ip_address inet NULL,
      user_agent text NULL,
      request_id text NULL,
      details jsonb NOT NULL DEFAULT '{}',
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT audit_events_pkey PRIMARY KEY (id, created_at),
      CONSTRAINT audit_events_result_check CHECK (result IN ('success', 'failure')),
      CONSTRAINT audit_events_details_check CHECK (jsonb_typeof(details) = 'object')
    ) PARTITION BY RANGE (created_at);

    CREATE TABLE audit_events_default PARTITION OF audit_events DEFAULT;

    CREATE INDEX audit_events_listing_idx ON audit_events (created_at DESC, id DESC);
    CREATE INDEX audit_events_actor_id_idx ON audit_events (actor_id, created_at DESC);
    CREATE INDEX audit_events_subject_id_idx ON audit_events (subject_id, created_at DESC);
    CREATE INDEX audit_events_action_idx ON audit_events (action, created_at DESC);

    CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      RAISE EXCEPTION '% of % refused: audit events are append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege', HINT = 'Retention drops whole partitions.';
    END
    $body$;

    CREATE TRIGGER audit_events_append_only
      BEFORE UPDATE OR DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
    CREATE TRIGGER audit_events_no_truncate
      BEFORE TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
    CREATE TRIGGER audit_events_default_no_truncate
      BEFORE TRUNCATE ON audit_events_default FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
  `);
};

/** Drops the audit log with all its partitions. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE audit_events; DROP FUNCTION refuse_audit_change();');
};
