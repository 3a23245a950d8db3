import type { Knex } from 'knex';

/**
 * The audit log stays append-only, with one exception: the IP address and user agent of an event may be removed once the
 * account that caused it no longer exists. No other column may change with them. The audit log of an erased account thus
 * contains opaque ids and actions, and no personal data.
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

/** Rejects every change again. */
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
