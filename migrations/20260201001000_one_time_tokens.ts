import type { Knex } from 'knex';

/**
 * Single-use tokens: password reset, email verification, login by mail. Stored as SHA-256 (32 octets); `used_at` is set
 * once. `address` is the email address that the token was created for; null if an operator hands it over. The two partial
 * indexes allow one open token of a kind per account, and one login link per address.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE one_time_tokens (
      id uuid NOT NULL,
      user_id uuid NULL,
      purpose text NOT NULL,
      address text NULL,
      token_hash bytea NOT NULL,
      expires_at timestamptz(3) NOT NULL,
      used_at timestamptz(3) NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT one_time_tokens_pkey PRIMARY KEY (id),
      CONSTRAINT one_time_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
      CONSTRAINT one_time_tokens_token_hash_key UNIQUE (token_hash),
      CONSTRAINT one_time_tokens_token_hash_check CHECK (octet_length(token_hash) = 32),
      CONSTRAINT one_time_tokens_purpose_check
        CHECK (purpose IN ('password_reset', 'email_verification', 'magic_link')),
      CONSTRAINT one_time_tokens_address_check CHECK (char_length(address) <= 254),
      CONSTRAINT one_time_tokens_subject_check CHECK (
        CASE purpose
          WHEN 'password_reset' THEN user_id IS NOT NULL
          WHEN 'email_verification' THEN user_id IS NOT NULL AND address IS NOT NULL
          ELSE address IS NOT NULL
        END
      )
    );

    CREATE UNIQUE INDEX one_time_tokens_open_user_key ON one_time_tokens (user_id, purpose)
      WHERE used_at IS NULL AND purpose <> 'magic_link';
    CREATE UNIQUE INDEX one_time_tokens_open_address_key ON one_time_tokens (lower(address COLLATE "C"))
      WHERE used_at IS NULL AND purpose = 'magic_link';
    CREATE INDEX one_time_tokens_user_id_idx ON one_time_tokens (user_id);
    CREATE INDEX one_time_tokens_expires_at_idx ON one_time_tokens (expires_at);

    CREATE TRIGGER one_time_tokens_touch_updated_at
      BEFORE UPDATE ON one_time_tokens FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
  `);
};

/** Drops the one-time tokens. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE one_time_tokens;');
};
