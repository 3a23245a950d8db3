import type { Knex } from 'knex';

/**
 * Index for removing used refresh tokens; it replaces one that no query used. A migration runs in a transaction, where
 * CONCURRENTLY is not possible: refreshes wait while the index is created. On a large table, create it beforehand with
 * the same statement and CONCURRENTLY; this migration then keeps it.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE INDEX IF NOT EXISTS refresh_tokens_used_at_idx ON refresh_tokens (used_at) WHERE used_at IS NOT NULL;
    DROP INDEX IF EXISTS refresh_tokens_expires_at_idx;
  `);
};

/** Restores the former index. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE INDEX refresh_tokens_expires_at_idx ON refresh_tokens (expires_at);
    DROP INDEX refresh_tokens_used_at_idx;
  `);
};
