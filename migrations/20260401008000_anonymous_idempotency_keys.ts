import type { Knex } from 'knex';

/**
 * Anonymous callers are distinguished by the request itself, so that a retry from another address gets the first response.
 * The address is stored too: one address can use a key for one request only. It is null for authenticated callers.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    ALTER TABLE idempotency_keys
      ADD COLUMN address text NULL,
      ADD CONSTRAINT idempotency_keys_address_route_key_key UNIQUE (address, route, key);
  `);
};

/** Drops the addresses. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('ALTER TABLE idempotency_keys DROP COLUMN address;');
};
