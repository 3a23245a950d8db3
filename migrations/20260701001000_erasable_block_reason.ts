import type { Knex } from 'knex';

/**
 * The event of a block includes the reason, which may say something about the person. It may be removed from the event once the
 * account no longer exists. This is the second exception to the append-only rule, after IP address and user agent.
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
        IF OLD.action = 'user.blocked' AND NEW.details = OLD.details - 'reason'
          AND to_jsonb(NEW) - 'details' = to_jsonb(OLD) - 'details'
          AND OLD.subject_id IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM users WHERE id = OLD.subject_id)
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

/** Rejects the removal of the reason again. */
export const down = async (db: Knex): Promise<void> => {
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
