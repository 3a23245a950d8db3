import type { Knex } from 'knex';

/**
 * What a rotation needs to know of a signing key: for which configured algorithm it was made, how long the tokens live
 * that it signs, until when tokens of an earlier, longer lifetime may live, and until when a rotation holds on to the key
 * that it has published but not activated. `claimed_until` is a time of the database, since instances compare it.
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

/** Drops what rotations know. A key that waits to become active is of no use then. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw(`
    DELETE FROM signing_keys WHERE state = 'next';
    ALTER TABLE signing_keys
      DROP COLUMN made_for, DROP COLUMN token_ttl_ms, DROP COLUMN tokens_until, DROP COLUMN claimed_until;
  `);
};
