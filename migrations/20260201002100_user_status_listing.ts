import type { Knex } from 'knex';

/** Indexes for lists of blocked and of deleted accounts, which are a small part of all accounts. */
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
