import type { Knex } from 'knex';

/**
 * Erasures that are under way or have failed. An account with a row is going to be erased and cannot be restored. The row
 * outlives the account, hence no foreign key: it is deleted once the IP addresses in the audit trail have been removed.
 * `actor_id` is who requested it; null when the grace time was over. `last_error` is a code.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE account_erasures (
      user_id uuid NOT NULL,
      actor_id uuid NULL,
      attempts integer NOT NULL DEFAULT 0,
      next_attempt_at timestamptz(3) NOT NULL,
      last_error text NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT account_erasures_pkey PRIMARY KEY (user_id),
      CONSTRAINT account_erasures_attempts_check CHECK (attempts >= 0)
    );

    CREATE TRIGGER account_erasures_touch_updated_at
      BEFORE UPDATE ON account_erasures FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
  `);
};

/** Drops the erasures; accounts past their grace time are found without them. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE account_erasures;');
};
