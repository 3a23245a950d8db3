import type { Knex } from 'knex';

/** Marks the sessions of the operator console: they end when they are idle, and only the console can refresh them. */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    ALTER TABLE sessions ADD COLUMN client text NOT NULL DEFAULT 'api',
      ADD CONSTRAINT sessions_client_check CHECK (client IN ('api', 'console'));
  `);
};

/** Ends the sessions of the console, which would lose their idle timeout, and drops the column. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw(`
    UPDATE sessions SET ended_at = CURRENT_TIMESTAMP, end_reason = 'revoked' WHERE client = 'console' AND ended_at IS NULL;
    ALTER TABLE sessions DROP COLUMN client;
  `);
};
