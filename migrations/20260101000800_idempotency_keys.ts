import type { Knex } from 'knex';

/**
 * Stored first responses (`Idempotency-Key`), one per caller, route and key. `request_hash` is a SHA-256. A stored response
 * can contain personal data, so it is deleted when its subject is erased.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE idempotency_keys (
      id uuid NOT NULL,
      caller text NOT NULL,
      route text NOT NULL,
      key text NOT NULL,
      request_hash bytea NOT NULL,
      state text NOT NULL DEFAULT 'in_progress',
      response_status integer NULL,
      response_body json NULL,
      response_headers json NULL,
      subject_id uuid NULL,
      locked_until timestamptz(3) NOT NULL,
      expires_at timestamptz(3) NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT idempotency_keys_pkey PRIMARY KEY (id),
      CONSTRAINT idempotency_keys_caller_route_key_key UNIQUE (caller, route, key),
      CONSTRAINT idempotency_keys_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES users (id) ON DELETE CASCADE,
      CONSTRAINT idempotency_keys_request_hash_check CHECK (octet_length(request_hash) = 32),
      CONSTRAINT idempotency_keys_state_check CHECK (state IN ('in_progress', 'completed')),
      CONSTRAINT idempotency_keys_completed_check CHECK (state <> 'completed' OR response_status IS NOT NULL)
    );

    CREATE INDEX idempotency_keys_subject_id_idx ON idempotency_keys (subject_id);
    CREATE INDEX idempotency_keys_expires_at_idx ON idempotency_keys (expires_at);

    CREATE TRIGGER idempotency_keys_touch_updated_at
      BEFORE UPDATE ON idempotency_keys FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
  `);
};

/** Drops the stored responses. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE idempotency_keys;');
};
