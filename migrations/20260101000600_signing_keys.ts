import type { Knex } from 'knex';

/**
 * Signing keys of access tokens; `id` is the `kid`. The secret is encrypted by the service, the public half of an
 * asymmetric key is a JWK (RFC 7517). At most one key is active.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE signing_keys (
      id uuid NOT NULL,
      algorithm text NOT NULL,
      state text NOT NULL,
      encrypted_secret bytea NOT NULL,
      public_jwk jsonb NULL,
      expires_at timestamptz(3) NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT signing_keys_pkey PRIMARY KEY (id),
      CONSTRAINT signing_keys_algorithm_check CHECK (algorithm IN ('HS256', 'ES256', 'RS256')),
      CONSTRAINT signing_keys_state_check CHECK (state IN ('active', 'retiring', 'next')),
      CONSTRAINT signing_keys_public_jwk_check CHECK (jsonb_typeof(public_jwk) = 'object')
    );

    CREATE UNIQUE INDEX signing_keys_one_active_key ON signing_keys (state) WHERE state = 'active';

    CREATE TRIGGER signing_keys_touch_updated_at
      BEFORE UPDATE ON signing_keys FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
  `);
};

/** Drops the signing keys, which invalidates every access token. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE signing_keys;');
};
