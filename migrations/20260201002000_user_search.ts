import type { Knex } from 'knex';

/**
 * Index for searching parts of usernames and email addresses: trigrams of both, separated by a line feed, which no search
 * can contain. pg_trgm is a trusted extension, so the owner of a database may create it. All schemas of the database share
 * it; it is in a separate schema, or where it was found. If it is not installed and cannot be created, there is no index:
 * searches return the same results, but are slow with many accounts.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    DO $body$
    DECLARE
      home text;
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'pg_trgm') THEN
        -- IF NOT EXISTS alone does not keep two that come at once from colliding.
        PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('rollcall extensions', 0));
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'pg_trgm') THEN
          IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'extensions') THEN
            CREATE SCHEMA extensions;
            GRANT USAGE ON SCHEMA extensions TO PUBLIC;
          END IF;
          CREATE EXTENSION pg_trgm WITH SCHEMA extensions;
        END IF;
      END IF;
      SELECT n.nspname INTO STRICT home FROM pg_catalog.pg_extension e
        JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm';
      EXECUTE format(
        $index$
          CREATE INDEX users_search_idx ON users
          USING gin (lower((username || E'\\n' || coalesce(email, '')) COLLATE "C") %I.gin_trgm_ops)
          WITH (gin_pending_list_limit = 512)
        $index$,
        home
      );
    EXCEPTION
      WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
        RAISE WARNING 'users_search_idx was not made, since pg_trgm cannot be used: %', SQLERRM;
    END
    $body$;
  `);
};

/** Drops the index. The extension stays: other schemas of the database may use it. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP INDEX IF EXISTS users_search_idx;');
};
