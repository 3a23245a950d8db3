import type { Knex } from 'knex';

/**
 * When a mail was requested, in database time, which all instances share, and with a higher precision than the milliseconds
 * of `created_at`. A token has the time of its request, so that an earlier request never replaces the token of a later one.
 * Null in rows of releases without these columns.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    ALTER TABLE mail_outbox ADD COLUMN requested_at timestamptz NULL;
    ALTER TABLE mail_outbox ALTER COLUMN requested_at SET DEFAULT clock_timestamp();
    ALTER TABLE one_time_tokens ADD COLUMN requested_at timestamptz NULL;
    CREATE INDEX mail_outbox_person_idx
      ON mail_outbox (kind, coalesce(user_id::text, lower(address COLLATE "C")), requested_at)
      WHERE state IN ('queued', 'sending');
  `);
};

/** Drops the times of requests. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw(`
    DROP INDEX mail_outbox_person_idx;
    ALTER TABLE one_time_tokens DROP COLUMN requested_at;
    ALTER TABLE mail_outbox DROP COLUMN requested_at;
  `);
};
