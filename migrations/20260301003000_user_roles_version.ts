import type { Knex } from 'knex';

/**
 * A change of somebody's roles is a change of the account: its version moves on, whoever writes, so that nothing that is
 * cached of it is shown again, and `If-Match` sees it. Accounts that the same transaction has written are passed over:
 * nobody has seen them yet, and a new account keeps its first version.
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

/** Takes the triggers away; the service's own changes of roles then leave the version as it is. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw(`
    DROP TRIGGER user_roles_touch_after ON user_roles;
    DROP TRIGGER user_roles_touch_before ON user_roles;
    DROP TRIGGER user_roles_touch_taken ON user_roles;
    DROP TRIGGER user_roles_touch_given ON user_roles;
    DROP FUNCTION touch_user_of_role();
  `);
};
