import type { Knex } from 'knex';

/**
 * When the account was last used, by a login or a refresh, since sessions are removed some time after they end. Null for
 * accounts that have not been used since this release: their last login and sessions count. An UPDATE of this column alone
 * does not change the version of the account.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    ALTER TABLE users ADD COLUMN last_seen_at timestamptz(3) NULL;

    CREATE OR REPLACE FUNCTION bump_version() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      IF NEW.last_seen_at IS DISTINCT FROM OLD.last_seen_at THEN
        IF to_jsonb(NEW) - 'last_seen_at' = to_jsonb(OLD) - 'last_seen_at' THEN
          RETURN NEW;
        END IF;
      END IF;
      NEW.version := OLD.version + 1;
      RETURN NEW;
    END
    $body$;
  `);
};

/** Drops the column; every UPDATE counts as a change again. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE OR REPLACE FUNCTION bump_version() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      NEW.version := OLD.version + 1;
      RETURN NEW;
    END
    $body$;

    ALTER TABLE users DROP COLUMN last_seen_at;
  `);
};
