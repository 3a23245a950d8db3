import type { Knex } from 'knex';

/**
 * The index by which spent refresh tokens are removed, in place of one that no query used. A migration runs in a
 * transaction, so CONCURRENTLY is not possible: while the index is built, refreshes wait. On a large table, build it
 * beforehand by the same statement with CONCURRENTLY; it is then found here.
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
