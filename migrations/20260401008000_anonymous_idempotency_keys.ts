import type { Knex } from 'knex';

/**
 * Anonymous callers are told apart by the request itself, so that a retry from another address finds the first answer. The
 * address is kept beside it: one address uses a key for one request only. Rows of authenticated callers have none.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    ALTER TABLE idempotency_keys
      ADD COLUMN address text NULL,
      ADD CONSTRAINT idempotency_keys_address_route_key_key UNIQUE (address, route, key);
  `);
};

/** Forgets the addresses. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('ALTER TABLE idempotency_keys DROP COLUMN address;');
};
