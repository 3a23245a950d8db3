import type { ConfigInstance } from '../contract/config.js';
import type { Connection } from '../database/database.js';

/** How long an instance that reports no more is still shown, in seconds. */
const shownSeconds = 60;

interface Row extends Omit<ConfigInstance, 'last_seen_at'> {
  readonly last_seen_at: Date;
}

/** The instances that have reported within the last minute by the clock of the database, which all of them share. */
export const reportingInstances = async (db: Connection): Promise<ConfigInstance[]> => {
  const { rows } = await db.raw<{ rows: Row[] }>(
    `SELECT id, hostname, pid, revision, hash, last_seen_at FROM instances
      WHERE last_seen_at > clock_timestamp() - make_interval(secs => ?) ORDER BY created_at, id`,
    [shownSeconds],
  );
  return rows.map((row) => ({ ...row, last_seen_at: row.last_seen_at.toISOString() }));
};
