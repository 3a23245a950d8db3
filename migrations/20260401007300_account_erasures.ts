import type { Knex } from 'knex';

/**
 * Erasures that are in progress or have failed. An account with a row will be erased and cannot be restored. The row outlives
 * the account, hence no foreign key: it is deleted once the IP addresses have been removed from the audit log. `actor_id`
 * is the account that requested it; null after the grace period. `last_error` is a code.
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

/** Drops the erasures; accounts past their grace period are found without them. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE account_erasures;');
};
