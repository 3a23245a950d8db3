import type { Knex } from 'knex';

/**
 * A change of a user's roles changes the version of the account, whichever statement makes it. Cached representations are
 * then outdated, and `If-Match` detects the change. Accounts that were inserted in the same transaction are skipped:
 * nobody has read them yet, and a new account keeps its first version.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE FUNCTION touch_user_of_role() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      -- By the schema of the table: whoever writes may have another search path than the service.
      EXECUTE format(
        'UPDATE %I.users SET version = version
          WHERE id IN (SELECT user_id FROM changed) AND xmin <> pg_current_xact_id()::xid',
        TG_TABLE_SCHEMA
      );
      RETURN NULL;
    END
    $body$;

    CREATE TRIGGER user_roles_touch_given AFTER INSERT ON user_roles
      REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION touch_user_of_role();
    CREATE TRIGGER user_roles_touch_taken AFTER DELETE ON user_roles
      REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION touch_user_of_role();
    CREATE TRIGGER user_roles_touch_before AFTER UPDATE ON user_roles
      REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION touch_user_of_role();
    CREATE TRIGGER user_roles_touch_after AFTER UPDATE ON user_roles
      REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION touch_user_of_role();
  `);
};

/** Drops the triggers; a change of roles no longer changes the version. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw(`
    DROP TRIGGER user_roles_touch_after ON user_roles;
    DROP TRIGGER user_roles_touch_before ON user_roles;
    DROP TRIGGER user_roles_touch_taken ON user_roles;
    DROP TRIGGER user_roles_touch_given ON user_roles;
    DROP FUNCTION touch_user_of_role();
  `);
};
