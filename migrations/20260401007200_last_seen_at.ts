import type { Knex } from 'knex';

/**
 * When the person used the account last, by a login or a refresh: sessions that tell it are removed some time after they
 * end. Null for accounts that have not been used since this release: then logins and sessions say it. It is no change of
 * the account, so an UPDATE that changes nothing else leaves the version as it is.
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
