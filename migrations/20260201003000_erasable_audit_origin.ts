import type { Knex } from 'knex';

/**
 * The audit trail stays append-only, with one exception: where an event came from (address and user agent) may be
 * blanked once the person it came from has no account any more. Nothing else of the row may change with it, so the trail
 * of an erased person keeps opaque ids and what happened, and no personal data.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      IF TG_OP = 'UPDATE' THEN
        IF NEW.ip_address IS NULL AND NEW.user_agent IS NULL
          AND to_jsonb(NEW) - ARRAY['ip_address', 'user_agent'] = to_jsonb(OLD) - ARRAY['ip_address', 'user_agent']
          AND coalesce(OLD.actor_id, OLD.subject_id) IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM users WHERE id = coalesce(OLD.actor_id, OLD.subject_id))
        THEN
          RETURN NEW;
        END IF;
      END IF;
      RAISE EXCEPTION '% of % refused: audit events are append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege', HINT = 'Retention drops whole partitions.';
    END
    $body$;
  `);
};

/** Refuses every change again. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      RAISE EXCEPTION '% of % refused: audit events are append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege', HINT = 'Retention drops whole partitions.';
    END
    $body$;
  `);
};
