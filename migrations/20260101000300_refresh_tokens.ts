import type { Knex } from 'knex';

/** Refresh tokens, stored as SHA-256 (32 octets). `used_at` is set once, by the conditional UPDATE that rotates the token. */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE refresh_tokens (
      id uuid NOT NULL,
      session_id uuid NOT NULL,
      token_hash bytea NOT NULL,
      expires_at timestamptz(3) NOT NULL,
      used_at timestamptz(3) NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT refresh_tokens_pkey PRIMARY KEY (id),
      CONSTRAINT refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE,
      CONSTRAINT refresh_tokens_token_hash_key UNIQUE (token_hash),
      CONSTRAINT refresh_tokens_token_hash_check CHECK (octet_length(token_hash) = 32)
    );

    CREATE INDEX refresh_tokens_session_id_idx ON refresh_tokens (session_id);
    CREATE INDEX refresh_tokens_expires_at_idx ON refresh_tokens (expires_at);

    CREATE TRIGGER refresh_tokens_touch_updated_at
      BEFORE UPDATE ON refresh_tokens FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
  `);
};

/** Drops the refresh tokens. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE refresh_tokens;');
};
