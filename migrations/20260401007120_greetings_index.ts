import type { Knex } from 'knex';

/**
 * The index by which greetings past their retention are removed. On a large table, build it beforehand by the same
 * statement with CONCURRENTLY; it is then found here.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw('CREATE INDEX IF NOT EXISTS greetings_created_at_idx ON greetings (created_at);');
};

/** Drops the index. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP INDEX greetings_created_at_idx;');
};
