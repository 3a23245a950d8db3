import type { Knex } from 'knex';

/**
 * Details of the audit event of an erasure: who requested it on the command line. Null for requests through the API, where
 * `actor_id` has the account, and after the grace period.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw('ALTER TABLE account_erasures ADD COLUMN details jsonb NULL;');
};

/** Drops the details of erasures in progress. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('ALTER TABLE account_erasures DROP COLUMN details;');
};
