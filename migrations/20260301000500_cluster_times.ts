import type { Knex } from 'knex';

/** Creation and modification times of the tables of the instances, as in every other table. */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    ALTER TABLE cluster_topics
      ADD COLUMN created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      ADD COLUMN updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
    ALTER TABLE instances ADD COLUMN updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

    CREATE TRIGGER cluster_topics_touch_updated_at
      BEFORE UPDATE ON cluster_topics FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
    CREATE TRIGGER instances_touch_updated_at
      BEFORE UPDATE ON instances FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
  `);
};

/** Drops the times. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw(`
    DROP TRIGGER instances_touch_updated_at ON instances;
    DROP TRIGGER cluster_topics_touch_updated_at ON cluster_topics;
    ALTER TABLE instances DROP COLUMN updated_at;
    ALTER TABLE cluster_topics DROP COLUMN created_at, DROP COLUMN updated_at;
  `);
};
