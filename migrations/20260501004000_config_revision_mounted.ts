import type { Knex } from 'knex';

/**
 * A revision names the keys that were set by a mounted file (`…_FILE`) of the instance that recorded it, so that a later
 * comparison with the files of the configuration directory can leave them out.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    ALTER TABLE config_revisions
      ADD COLUMN mounted jsonb NOT NULL DEFAULT '[]',
      ADD CONSTRAINT config_revisions_mounted_check CHECK (jsonb_typeof(mounted) = 'array')
  `);
};

/** Revisions stay; what is lost is which of their keys were mounted. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('ALTER TABLE config_revisions DROP COLUMN mounted');
};
