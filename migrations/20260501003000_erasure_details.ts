import type { Knex } from 'knex';

/**
 * Details of the audit event that an erasure writes: who requested it on the command line. Null for requests of the API,
 * where `actor_id` names the person, and when the grace time was over.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw('ALTER TABLE account_erasures ADD COLUMN details jsonb NULL;');
};

/** Drops the details of erasures that are under way. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('ALTER TABLE account_erasures DROP COLUMN details;');
};
