import type { Knex } from 'knex';

/**
 * Index for removing old sessions, on the expression that the removal filters by; it replaces one that no query used. On a
 * large table, create it beforehand with the same statement and CONCURRENTLY; this migration then keeps it.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE INDEX IF NOT EXISTS sessions_over_at_idx ON sessions (coalesce(ended_at, expires_at));
    DROP INDEX IF EXISTS sessions_expires_at_idx;
  `);
};

/** Restores the former index. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);
    DROP INDEX sessions_over_at_idx;
  `);
};
