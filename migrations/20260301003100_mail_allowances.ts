import type { Knex } from 'knex';

/**
 * Number of mails to an address in the current window (`rateLimit.mail`), for all instances. `recipient` is a keyed hash; the
 * address is not stored.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE mail_allowances (
      recipient bytea NOT NULL,
      used integer NOT NULL,
      window_ends_at timestamptz(3) NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT mail_allowances_pkey PRIMARY KEY (recipient),
      CONSTRAINT mail_allowances_recipient_check CHECK (octet_length(recipient) = 32),
      CONSTRAINT mail_allowances_used_check CHECK (used > 0)
    );

    CREATE INDEX mail_allowances_window_ends_at_idx ON mail_allowances (window_ends_at);

    CREATE TRIGGER mail_allowances_touch_updated_at
      BEFORE UPDATE ON mail_allowances FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
  `);
};

/** Drops the counts; counting starts again for every address. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE mail_allowances;');
};
