import type { Knex } from 'knex';

/** The greeting history of users, deleted with the account. */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE greetings (
      id uuid NOT NULL,
      user_id uuid NOT NULL,
      message text NOT NULL,
      context text NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT greetings_pkey PRIMARY KEY (id),
      CONSTRAINT greetings_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
    );

    CREATE INDEX greetings_user_id_idx ON greetings (user_id, created_at DESC, id DESC);

    CREATE TRIGGER greetings_touch_updated_at
      BEFORE UPDATE ON greetings FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
  `);
};

/** Drops the greeting history. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE greetings;');
};
