import type { Knex } from 'knex';

/**
 * Progress of imports, written in the transaction of each batch, so that an interrupted run continues at the same place. A
 * file is identified by the SHA-256 of its content (32 octets); no content is stored.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE user_imports (
      id uuid NOT NULL,
      content_hash bytea NOT NULL,
      records_done bigint NOT NULL DEFAULT 0,
      records_imported bigint NOT NULL DEFAULT 0,
      records_refused bigint NOT NULL DEFAULT 0,
      finished_at timestamptz(3) NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT user_imports_pkey PRIMARY KEY (id),
      CONSTRAINT user_imports_content_hash_key UNIQUE (content_hash),
      CONSTRAINT user_imports_content_hash_check CHECK (octet_length(content_hash) = 32),
      CONSTRAINT user_imports_records_check CHECK (records_imported + records_refused <= records_done)
    );

    CREATE TRIGGER user_imports_touch_updated_at
      BEFORE UPDATE ON user_imports FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
  `);
};

/** Drops the record of imports; the accounts stay. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE user_imports;');
};
