import type { Knex } from 'knex';

/**
 * The keys of a revision that were set by a mounted file (`…_FILE`) on the instance that recorded it, so that comparisons
 * with the files of the configuration directory can omit them.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    ALTER TABLE config_revisions
      ADD COLUMN mounted jsonb NOT NULL DEFAULT '[]',
      ADD CONSTRAINT config_revisions_mounted_check CHECK (jsonb_typeof(mounted) = 'array')
  `);
};

/** Drops the list of mounted keys. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('ALTER TABLE config_revisions DROP COLUMN mounted');
};
