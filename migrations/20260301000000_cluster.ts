import type { Knex } from 'knex';

/**
 * What instances on one database tell each other. `cluster_topics` counts the announcements of each topic; the row is
 * locked until the announcing transaction ends, so versions become visible in their order. `instances` holds one row for
 * each running instance: its configuration, what it has acted on, and until when it may trust what it holds in memory.
 * `lease_until` and `last_seen_at` are times of the database, so that the clocks of the machines do not matter.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE cluster_topics (
      topic text NOT NULL,
      version bigint NOT NULL,
      CONSTRAINT cluster_topics_pkey PRIMARY KEY (topic),
      CONSTRAINT cluster_topics_topic_check CHECK (topic IN ('keys', 'cache', 'config')),
      CONSTRAINT cluster_topics_version_check CHECK (version > 0)
    );

    CREATE TABLE instances (
      id uuid NOT NULL,
      hostname text NOT NULL,
      pid integer NOT NULL,
      version text NOT NULL,
      revision bigint NULL,
      hash text NULL,
      acknowledged jsonb NOT NULL DEFAULT '{}',
      lease_until timestamptz(3) NOT NULL,
      last_seen_at timestamptz(3) NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT instances_pkey PRIMARY KEY (id),
      CONSTRAINT instances_acknowledged_check CHECK (jsonb_typeof(acknowledged) = 'object')
    );

    CREATE INDEX instances_last_seen_at_idx ON instances (last_seen_at);
  `);
};

/** Drops what instances know of each other. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE instances; DROP TABLE cluster_topics;');
};
