import type { Knex } from 'knex';

/**
 * The trigger function behind every `updated_at`. A statement that sets another `updated_at` itself keeps its value,
 * so that the service's own clock may decide.
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

/** Takes the function away; every table that uses it is gone by then. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP FUNCTION touch_updated_at();');
};
