import type { Knex } from 'knex';

/**
 * Indexes for finding audit events by request and by client address. CONCURRENTLY is not possible on a partitioned table, so
 * writes to the audit log wait while they are created.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE INDEX audit_events_request_id_idx ON audit_events (request_id) WHERE request_id IS NOT NULL;
    CREATE INDEX audit_events_ip_address_idx ON audit_events (ip_address, created_at DESC) WHERE ip_address IS NOT NULL;
  `);
};

/** Drops the indexes. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP INDEX audit_events_request_id_idx, audit_events_ip_address_idx;');
};
