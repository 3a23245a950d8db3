import type { Knex } from 'knex';

/**
 * The index behind the search for a part of a username or e-mail address: trigrams of both, with a line feed between
 * them, which no search can hold. pg_trgm is a trusted extension, so the owner of a database may create it. It is shared by all schemas of
 * the database and stands in one of its own, or where it was found. Where it may not be created, or is not installed,
 * there is no index: searches are as right, but slow once there are many accounts.
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
