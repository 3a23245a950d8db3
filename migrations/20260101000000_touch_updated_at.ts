import type { Knex } from 'knex';

/**
 * The trigger function behind every `updated_at`. A statement that sets `updated_at` itself keeps its value, so that the
 * service can use its own clock.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      IF NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at THEN
        NEW.updated_at := CURRENT_TIMESTAMP;
      END IF;
      RETURN NEW;
    END
    $body$;
  `);
};

/** Drops the function. No table uses it at this point. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP FUNCTION touch_updated_at();');
};
