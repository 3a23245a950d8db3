import type { Knex } from 'knex';

/**
 * The index by which old sessions are removed: over the expression that the removal filters on, in place of one that no
 * query used. On a large table, build it beforehand by the same statement with CONCURRENTLY; it is then found here.
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
