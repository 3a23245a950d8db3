import type { Knex } from 'knex';

const hour = (time: string): string => `date_bin('1 hour', ${time}, '2000-01-01 00:00:00+00')`;

/** What a row of `users` counts as: its status, and the hour in which its block ends. */
const countedUsers = (row: string): string => `
  SELECT CASE WHEN ${row}.deleted_at IS NOT NULL THEN 'users.deleted'
      WHEN ${row}.status = 'blocked' THEN 'users.blocked' ELSE 'users.active' END AS name, '-infinity'::timestamptz AS at
  UNION ALL
  SELECT 'users.block_ends', ${hour(`${row}.blocked_until`)}
    WHERE ${row}.deleted_at IS NULL AND ${row}.status = 'blocked' AND ${row}.blocked_until IS NOT NULL`;

/** What a row of `sessions` counts as, unless it has ended: the hour in which it expires. */
const countedSessions = (row: string): string => `
  SELECT 'sessions' AS name, ${hour(`${row}.expires_at`)} AS at WHERE ${row}.ended_at IS NULL`;

/**
 * Functions and triggers that add the changes of a table to `counter_changes`. INSERT and DELETE are counted by statement.
 * UPDATE is counted by row, so that a statement that does not change what is counted costs nothing.
 */
const counted = (table: string, rows: (row: string) => string, columns: string, condition: string): string => `
  CREATE FUNCTION count_${table}() RETURNS trigger LANGUAGE plpgsql AS $body$
  BEGIN
    -- By the schema of the table: the client may have another search path than the service.
    EXECUTE format(
      'INSERT INTO %I.counter_changes (name, at, change)
        SELECT name, at, CASE $1 WHEN ''INSERT'' THEN count(*) ELSE -count(*) END
        FROM changed CROSS JOIN LATERAL (${rows('changed').replaceAll("'", "''")}) AS counted GROUP BY name, at',
      TG_TABLE_SCHEMA
    ) USING TG_OP;
    RETURN NULL;
  END
  $body$;

  CREATE FUNCTION count_changed_${table}() RETURNS trigger LANGUAGE plpgsql AS $body$
  BEGIN
    EXECUTE format(
      'INSERT INTO %I.counter_changes (name, at, change) SELECT name, at, sum(change) FROM (
          SELECT name, at, -1 AS change FROM (${rows('($1)').replaceAll("'", "''")}) AS before
          UNION ALL SELECT name, at, 1 FROM (${rows('($2)').replaceAll("'", "''")}) AS after
        ) AS changes GROUP BY name, at HAVING sum(change) <> 0',
      TG_TABLE_SCHEMA
    ) USING OLD, NEW;
    RETURN NULL;
  END
  $body$;

  CREATE TRIGGER ${table}_count_inserted AFTER INSERT ON ${table}
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_${table}();
  CREATE TRIGGER ${table}_count_deleted AFTER DELETE ON ${table}
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_${table}();
  CREATE TRIGGER ${table}_count_updated AFTER UPDATE OF ${columns} ON ${table}
    FOR EACH ROW WHEN (${condition}) EXECUTE FUNCTION count_changed_${table}();

  INSERT INTO counters (name, at, value)
    SELECT name, at, count(*) FROM ${table} CROSS JOIN LATERAL (${rows(table)}) AS counted GROUP BY name, at;
`;

const uncounted = (table: string): string => `
  DROP TRIGGER ${table}_count_updated ON ${table};
  DROP TRIGGER ${table}_count_deleted ON ${table};
  DROP TRIGGER ${table}_count_inserted ON ${table};
  DROP FUNCTION count_changed_${table}();
  DROP FUNCTION count_${table}();
`;

const events = ['logins', 'failures', 'registrations', 'resets', 'errors_5xx'];

/**
 * Counters of events by hour, of users by status and of sessions by the hour of their expiry. A change is a new row of
 * `counter_changes` in the transaction of what is counted, so that transactions neither wait for each other nor lose counts.
 * A job adds these rows to `counters`. Users and sessions are counted once by this migration, while writes to them wait.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE counters (
      name text NOT NULL,
      at timestamptz(3) NOT NULL,
      value bigint NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT counters_pkey PRIMARY KEY (name, at)
    );

    CREATE TRIGGER counters_touch_updated_at
      BEFORE UPDATE ON counters FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

    CREATE TABLE counter_changes (
      id bigint GENERATED ALWAYS AS IDENTITY,
      name text NOT NULL,
      at timestamptz(3) NOT NULL,
      change bigint NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT counter_changes_pkey PRIMARY KEY (id)
    );

    INSERT INTO counters (name, at, value)
      SELECT name, hour, value FROM hourly_statistics
        CROSS JOIN LATERAL (VALUES ${events.map((event) => `('${event}', ${event})`).join(', ')}) AS counted (name, value)
        WHERE value > 0;
    DROP TABLE hourly_statistics;

    CREATE INDEX users_blocked_until_idx ON users (blocked_until) WHERE status = 'blocked' AND blocked_until IS NOT NULL;
  `);
  await db.raw(
    counted(
      'users',
      countedUsers,
      'status, blocked_until, deleted_at',
      `(OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL) OR OLD.status <> NEW.status
        OR OLD.blocked_until IS DISTINCT FROM NEW.blocked_until`,
    ),
  );
  await db.raw(
    counted(
      'sessions',
      countedSessions,
      'expires_at, ended_at',
      `(OLD.ended_at IS NULL) <> (NEW.ended_at IS NULL) OR ${hour('OLD.expires_at')} <> ${hour('NEW.expires_at')}`,
    ),
  );
};

/** Restores the counters of each hour. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw(`
    ${uncounted('sessions')}
    ${uncounted('users')}
    DROP INDEX users_blocked_until_idx;

    CREATE TABLE hourly_statistics (
      hour timestamptz(3) NOT NULL,
      ${events.map((event) => `${event} integer NOT NULL DEFAULT 0,`).join('\n      ')}
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT hourly_statistics_pkey PRIMARY KEY (hour)
    );

    CREATE TRIGGER hourly_statistics_touch_updated_at
      BEFORE UPDATE ON hourly_statistics FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

    INSERT INTO hourly_statistics (hour, ${events.join(', ')})
      SELECT at, ${events.map((event) => `coalesce(sum(value) FILTER (WHERE name = '${event}'), 0)`).join(', ')}
      FROM (SELECT name, at, value FROM counters UNION ALL SELECT name, at, change FROM counter_changes) AS counts
      WHERE name IN (${events.map((event) => `'${event}'`).join(', ')}) GROUP BY at;

    DROP TABLE counter_changes;
    DROP TABLE counters;
  `);
};
