import type { Connection } from '../database/database.js';
import { startOfHour } from '../contract/admin/statistics.js';

/** Events that are counted by hour. */
export const countedEvents = ['logins', 'failures', 'registrations', 'resets', 'errors_5xx'] as const;

/** One of the above. */
export type CountedEvent = (typeof countedEvents)[number];

/** How many events to add to the counter of an hour. */
export interface EventCount {
  readonly name: CountedEvent;
  /** Start of the hour. */
  readonly at: Date;
  readonly change: number;
}

/** Maximum number of changes that one statement adds to the counters. */
const batchRows = 10_000;

/** SQL: counters, and changes that have not been added to them yet. */
export const allCountsSql = `(SELECT name, at, value FROM counters
  UNION ALL SELECT name, at, change FROM counter_changes) AS counts`;

/** Adds counts of events, as separate rows, so that concurrent transactions do not wait for each other. */
export const addCounts = async (db: Connection, counts: readonly EventCount[]): Promise<void> => {
  await db.raw(
    `INSERT INTO counter_changes (name, at, change)
      SELECT name, at, change FROM jsonb_to_recordset(?::jsonb) AS counted (name text, at timestamptz, change bigint)`,
    [JSON.stringify(counts)],
  );
};

/**
 * Counts an event.
 * @param db the transaction of the event, so that both are stored or neither
 */
export const countEvent = async (db: Connection, name: CountedEvent, now: Date): Promise<void> => {
  await db.raw('INSERT INTO counter_changes (name, at, change) VALUES (?, ?, 1)', [name, startOfHour(now)]);
};

/** Adds all changes to the counters, batch by batch. Instances that do this at the same time take different changes. */
export const foldCounterChanges = async (db: Connection): Promise<void> => {
  for (let taken = batchRows; taken === batchRows;) {
    const { rows } = await db.raw<{ rows: { taken: number }[] }>(
      `WITH taken AS (
          DELETE FROM counter_changes WHERE id = ANY(ARRAY(
            SELECT id FROM counter_changes ORDER BY id LIMIT :batchRows FOR UPDATE SKIP LOCKED))
          RETURNING name, at, change),
        added AS (
          INSERT INTO counters (name, at, value)
            -- In one order, so that instances that add to the same counters do not deadlock.
            SELECT name, at, sum(change) FROM taken GROUP BY name, at HAVING sum(change) <> 0 ORDER BY name, at
            ON CONFLICT (name, at) DO UPDATE SET value = counters.value + EXCLUDED.value)
        SELECT count(*)::integer AS taken FROM taken`,
      { batchRows },
    );
    taken = rows[0]?.taken ?? 0;
  }
};
