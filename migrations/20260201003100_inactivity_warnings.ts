import type { Knex } from 'knex';

/**
 * When the owner of an unused account was warned of its deletion. This is a separate table, because a warning must not
 * change the version of the account.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE inactivity_warnings (
      user_id uuid NOT NULL,
      warned_at timestamptz(3) NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT inactivity_warnings_pkey PRIMARY KEY (user_id),
      CONSTRAINT inactivity_warnings_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
    );

    CREATE TRIGGER inactivity_warnings_touch_updated_at
      BEFORE UPDATE ON inactivity_warnings FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
  `);
};

/** Drops the warnings; owners of unused accounts are warned again. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE inactivity_warnings;');
};
