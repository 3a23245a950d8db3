import type { Knex } from 'knex';

/**
 * Counter of role renames. The representation of a user contains the names of roles, so a cached one is valid for a version
 * of the user and a value of this counter: a rename updates one row here instead of one row per member of the role. All
 * renames update the same row, so its values become visible in the order of their commits.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE role_names (
      is_only boolean NOT NULL DEFAULT true,
      version bigint NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT role_names_pkey PRIMARY KEY (is_only),
      CONSTRAINT role_names_is_only_check CHECK (is_only)
    );

    CREATE TRIGGER role_names_touch_updated_at
      BEFORE UPDATE ON role_names FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

    CREATE FUNCTION count_role_rename() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      -- By the schema of the table: the writer may have another search path than the service.
      EXECUTE format(
        'INSERT INTO %I.role_names AS known (version) VALUES (1)
          ON CONFLICT (is_only) DO UPDATE SET version = known.version + 1',
        TG_TABLE_SCHEMA
      );
      RETURN NULL;
    END
    $body$;

    CREATE TRIGGER roles_count_rename AFTER UPDATE OF name ON roles
      FOR EACH ROW WHEN (NEW.name IS DISTINCT FROM OLD.name) EXECUTE FUNCTION count_role_rename();
  `);
};

/** Drops the counter. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw(`
    DROP TRIGGER roles_count_rename ON roles;
    DROP FUNCTION count_role_rename();
    DROP TABLE role_names;
  `);
};
