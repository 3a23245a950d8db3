import type { Knex } from 'knex';

/** Sessions: one per login. A session ends with a reason, and is deleted with its account. */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE sessions (
      id uuid NOT NULL,
      user_id uuid NOT NULL,
      user_agent text NULL,
      ip_address inet NULL,
      last_used_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      expires_at timestamptz(3) NOT NULL,
      absolute_expires_at timestamptz(3) NOT NULL,
      ended_at timestamptz(3) NULL,
      end_reason text NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT sessions_pkey PRIMARY KEY (id),
      CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
      CONSTRAINT sessions_end_check CHECK ((ended_at IS NULL) = (end_reason IS NULL))
    );

    CREATE INDEX sessions_user_id_idx ON sessions (user_id, created_at DESC, id DESC);
    CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);

    CREATE TRIGGER sessions_touch_updated_at
      BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
  `);
};

/** Drops the sessions. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE sessions;');
};
