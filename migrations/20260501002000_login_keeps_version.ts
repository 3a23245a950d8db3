import type { Knex } from 'knex';

const keepsVersion = (columns: readonly string[], condition: string): string => `
  CREATE OR REPLACE FUNCTION bump_version() RETURNS trigger LANGUAGE plpgsql AS $body$
  DECLARE
    uses constant text[] := ARRAY[${columns.map((column) => `'${column}'`).join(', ')}];
  BEGIN
    IF ${condition} THEN
      IF to_jsonb(NEW) - uses = to_jsonb(OLD) - uses THEN
        RETURN NEW;
      END IF;
    END IF;
    NEW.version := OLD.version + 1;
    RETURN NEW;
  END
  $body$;`;

const seen = 'NEW.last_seen_at IS DISTINCT FROM OLD.last_seen_at';
const loggedIn = 'NEW.last_login_at IS DISTINCT FROM OLD.last_login_at';

/**
 * A login does not change the version of the account, so an If-Match with the previous ETag still succeeds. A login writes
 * its time, and a new password hash if the cost was raised.
 */
export const up = async (db: Knex): Promise<void> => {
  const columns = ['last_seen_at', 'last_login_at', 'password_hash'];
  // A change of the password alone is a change of the account.
  await db.raw(
    keepsVersion(columns, `${loggedIn} OR (${seen} AND NEW.password_hash IS NOT DISTINCT FROM OLD.password_hash)`),
  );
};

/** Every login changes the version again. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw(`
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
