import type { Knex } from 'knex';

/** Lists of the blocked and of the deleted, who are few among many. */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE INDEX users_blocked_listing_idx ON users (created_at DESC, id DESC) WHERE status = 'blocked';
    CREATE INDEX users_deleted_listing_idx ON users (created_at DESC, id DESC) WHERE deleted_at IS NOT NULL;
  `);
};

/** Drops the indexes. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP INDEX users_deleted_listing_idx, users_blocked_listing_idx;');
};
