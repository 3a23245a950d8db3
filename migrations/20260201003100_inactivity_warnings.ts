import type { Knex } from 'knex';

/**
 * Who was told, and when, that an unused account is going to be deleted. A table of its own: a warning is no change of the
 * account, and must not touch its version.
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

/** Drops the warnings; unused accounts are warned anew. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE inactivity_warnings;');
};
