import type { Knex } from 'knex';

/**
 * State of key rotations: the configured algorithm that a key was created for, the lifetime of the tokens that it signs, the
 * time until which tokens of an earlier, longer lifetime can be valid, and the time until which a rotation reserves a key
 * that is published but not active. `claimed_until` is a database time, since instances compare it.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    ALTER TABLE signing_keys
      ADD COLUMN made_for text NULL,
      ADD COLUMN token_ttl_ms integer NULL,
      ADD COLUMN tokens_until timestamptz(3) NULL,
      ADD COLUMN claimed_until timestamptz(3) NULL,
      ADD CONSTRAINT signing_keys_made_for_check CHECK (made_for IN ('HS256', 'ES256', 'RS256')),
      ADD CONSTRAINT signing_keys_token_ttl_ms_check CHECK (token_ttl_ms > 0);
  `);
};

/** Drops the state of rotations. A key that is not active yet becomes useless. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw(`
    DELETE FROM signing_keys WHERE state = 'next';
    ALTER TABLE signing_keys
      DROP COLUMN made_for, DROP COLUMN token_ttl_ms, DROP COLUMN tokens_until, DROP COLUMN claimed_until;
  `);
};
