import type { Knex } from 'knex';

/**
 * Login attempts (`rateLimit.loginAccount`, `rateLimit.loginPair`), counted for all instances. `subject` is the SHA-256 of a
 * submitted name or of an account id, so names and email addresses are not stored. `client` is an IPv4 address or an IPv6
 * /64; it is empty for counts over all clients.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE login_counters (
      subject bytea NOT NULL,
      client text NOT NULL,
      used integer NOT NULL,
      window_began_at timestamptz(3) NOT NULL,
      window_ends_at timestamptz(3) NOT NULL,
      block_began_at timestamptz(3),
      block_ends_at timestamptz(3),
      blocks integer NOT NULL DEFAULT 0,
      growth_ends_at timestamptz(3),
      is_allowed boolean NOT NULL,
      expires_at timestamptz(3) NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT login_counters_pkey PRIMARY KEY (subject, client),
      CONSTRAINT login_counters_subject_check CHECK (octet_length(subject) = 32),
      CONSTRAINT login_counters_used_check CHECK (used >= 0),
      CONSTRAINT login_counters_blocks_check CHECK (blocks >= 0)
    );

    CREATE INDEX login_counters_expires_at_idx ON login_counters (expires_at);

    CREATE TRIGGER login_counters_touch_updated_at
      BEFORE UPDATE ON login_counters FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
  `);
};

/** Drops the counts of failed attempts. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE login_counters;');
};
