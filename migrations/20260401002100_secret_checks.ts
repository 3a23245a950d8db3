import type { Knex } from 'knex';

/**
 * Keyed hashes that identify the secrets that this database was used with: the pepper of the password hashes and the
 * encryption key. The secrets themselves are not stored.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE secret_checks (
      name text NOT NULL,
      value bytea NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT secret_checks_pkey PRIMARY KEY (name),
      CONSTRAINT secret_checks_name_check CHECK (name IN ('pepper', 'encryption_key')),
      CONSTRAINT secret_checks_value_check CHECK (octet_length(value) = 32)
    );

    CREATE TRIGGER secret_checks_touch_updated_at
      BEFORE UPDATE ON secret_checks FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
  `);
};

/** Drops the hashes; the next start of this release records them again. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE secret_checks;');
};
