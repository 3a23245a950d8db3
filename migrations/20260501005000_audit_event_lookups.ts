import type { Knex } from 'knex';

/**
 * The indexes by which audit events are found by request and by client address. A partitioned table takes no index
 * CONCURRENTLY: writers of the audit trail wait while they are built.
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
