import type { Knex } from 'knex';

/**
 * Revisions of the configuration, numbered in one sequence for all instances. `stated` contains what the files set, without
 * secrets, and `secret_digests` shows only whether a secret has changed. `rollback_of` is set if a rollback created the
 * revision. `config_rollback` has one row while the values of an earlier revision override the files of all instances;
 * `base_hash` identifies the files that it overrides.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE config_revisions (
      revision bigint NOT NULL,
      hash text NOT NULL,
      trigger text NOT NULL,
      actor_id uuid NULL,
      hostname text NOT NULL,
      rollback_of bigint NULL,
      changes jsonb NOT NULL,
      stated jsonb NOT NULL,
      secret_digests jsonb NOT NULL,
      created_at timestamptz(3) NOT NULL,
      CONSTRAINT config_revisions_pkey PRIMARY KEY (revision),
      CONSTRAINT config_revisions_revision_check CHECK (revision > 0),
      CONSTRAINT config_revisions_trigger_check
        CHECK (trigger IN ('start', 'watch', 'poll', 'signal', 'admin', 'rollback')),
      CONSTRAINT config_revisions_changes_check CHECK (jsonb_typeof(changes) = 'array'),
      CONSTRAINT config_revisions_stated_check CHECK (jsonb_typeof(stated) = 'object'),
      CONSTRAINT config_revisions_secret_digests_check CHECK (jsonb_typeof(secret_digests) = 'object')
    );

    CREATE TABLE config_rollback (
      is_only boolean NOT NULL DEFAULT true,
      id uuid NOT NULL,
      revision bigint NOT NULL,
      stated jsonb NOT NULL,
      base_hash text NOT NULL,
      actor_id uuid NULL,
      created_at timestamptz(3) NOT NULL,
      CONSTRAINT config_rollback_pkey PRIMARY KEY (is_only),
      CONSTRAINT config_rollback_is_only_check CHECK (is_only),
      CONSTRAINT config_rollback_stated_check CHECK (jsonb_typeof(stated) = 'object')
    );
  `);
};

/** Drops the history and the rollback; the files are active after the next start. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE config_rollback; DROP TABLE config_revisions;');
};
