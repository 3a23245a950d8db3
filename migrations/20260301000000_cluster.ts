import type { Knex } from 'knex';

/**
 * Communication between instances on one database. `cluster_topics` counts the messages of each topic. The row is locked
 * until the sending transaction ends, so versions become visible in order. `instances` has one row per running instance:
 * its configuration, the messages that it has handled, and the end of the lease for its caches. `lease_until` and
 * `last_seen_at` are database times, so the clocks of the machines do not matter.
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

/** Drops the tables of the instances. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE instances; DROP TABLE cluster_topics;');
};
