import type { Knex } from 'knex';

/**
 * Index for removing greetings past their retention. On a large table, create it beforehand with the same statement and
 * CONCURRENTLY; this migration then keeps it.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw('CREATE INDEX IF NOT EXISTS greetings_created_at_idx ON greetings (created_at);');
};

/** Drops the index. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP INDEX greetings_created_at_idx;');
};
