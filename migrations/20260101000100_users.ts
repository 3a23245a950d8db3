import type { Knex } from 'knex';

/**
 * The accounts. Times have milliseconds, as JavaScript dates do, so that a cursor made from a row finds it again.
 * Deleted accounts keep their name: `users_username_key` is not partial, so a restore always works until erasure
 * deletes the row. Names and addresses are compared in the C collation, the same on every server.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE users (
      id uuid NOT NULL,
      username text NOT NULL,
      email text NULL,
      email_verified boolean NOT NULL DEFAULT false,
      description text NULL,
      current_goal text NULL,
      metadata jsonb NOT NULL DEFAULT '{}',
      password_hash text NULL,
      status text NOT NULL DEFAULT 'active',
      blocked_reason text NULL,
      blocked_until timestamptz(3) NULL,
      deleted_at timestamptz(3) NULL,
      last_login_at timestamptz(3) NULL,
      version integer NOT NULL DEFAULT 1,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT users_pkey PRIMARY KEY (id),
      CONSTRAINT users_username_check CHECK (username COLLATE "C" ~ '^[A-Za-z0-9][A-Za-z0-9._-]{2,49}$'),
      CONSTRAINT users_email_check CHECK (char_length(email) <= 254),
      CONSTRAINT users_email_verified_check CHECK (NOT email_verified OR email IS NOT NULL),
      CONSTRAINT users_description_check CHECK (char_length(description) <= 2000),
      CONSTRAINT users_current_goal_check CHECK (char_length(current_goal) <= 500),
      CONSTRAINT users_metadata_check CHECK (jsonb_typeof(metadata) = 'object'),
      CONSTRAINT users_status_check CHECK (status IN ('active', 'blocked'))
    );

    CREATE UNIQUE INDEX users_username_key ON users (lower(username COLLATE "C"));
    CREATE UNIQUE INDEX users_verified_email_key ON users (lower(email COLLATE "C")) WHERE email_verified;
    CREATE INDEX users_email_idx ON users (lower(email COLLATE "C"));
    CREATE INDEX users_listing_idx ON users (created_at DESC, id DESC);
    CREATE INDEX users_present_listing_idx ON users (created_at DESC, id DESC) WHERE deleted_at IS NULL;
    CREATE INDEX users_deleted_at_idx ON users (deleted_at) WHERE deleted_at IS NOT NULL;
    CREATE INDEX users_metadata_idx ON users USING gin (metadata jsonb_path_ops);

    CREATE FUNCTION bump_version() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      NEW.version := OLD.version + 1;
      RETURN NEW;
    END
    $body$;

    CREATE TRIGGER users_bump_version BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION bump_version();

    -- Not for last_login_at and password_hash: a login writes both, and changes nothing about the person.
    CREATE TRIGGER users_touch_updated_at
      BEFORE UPDATE OF username, email, email_verified, description, current_goal, metadata, status, blocked_reason,
        blocked_until, deleted_at
      ON users FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
  `);
};

/** Drops the accounts and what only they use. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE users; DROP FUNCTION bump_version();');
};
