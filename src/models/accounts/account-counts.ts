import type { Connection } from '../../database/database.js';
import { hourMs, startOfHour } from '../../contract/admin/statistics.js';
import { allCountsSql } from '../counters.js';

/** Numbers of accounts and sessions. */
export interface AccountCounts {
  readonly active: number;
  readonly blocked: number;
  readonly deleted: number;
  readonly sessions: number;
}

/**
 * The numbers of accounts by status, and of sessions that have neither ended nor expired. Triggers keep the counters. A block
 * or session also ends by time, when nothing is written: these are counted by the hour of their end, and rows are counted
 * only for the current hour, with an index. The cost does not depend on the number of accounts.
 */
export const accountCounts = async (db: Connection, now: Date): Promise<AccountCounts> => {
  const hour = startOfHour(now);
  const { rows } = await db.raw<{ rows: AccountCounts[] }>(
    `WITH counted AS (
        SELECT coalesce(sum(value) FILTER (WHERE name = 'users.active'), 0) AS active,
          coalesce(sum(value) FILTER (WHERE name = 'users.blocked'), 0) AS blocked,
          coalesce(sum(value) FILTER (WHERE name = 'users.deleted'), 0) AS deleted,
          coalesce(sum(value) FILTER (WHERE name = 'users.block_ends' AND at < :hour), 0) AS unblocked,
          coalesce(sum(value) FILTER (WHERE name = 'sessions' AND at > :hour), 0) AS sessions
        FROM ${allCountsSql} WHERE name IN ('users.active', 'users.blocked', 'users.deleted', 'users.block_ends', 'sessions')),
      current_hour AS (SELECT
        (SELECT count(*) FROM users WHERE status = 'blocked' AND deleted_at IS NULL
          AND blocked_until >= :hour AND blocked_until <= :now) AS unblocked,
        (SELECT count(*) FROM sessions WHERE ended_at IS NULL
          AND coalesce(ended_at, expires_at) > :now AND coalesce(ended_at, expires_at) < :nextHour) AS sessions)
      SELECT (counted.active + counted.unblocked + current_hour.unblocked)::integer AS active,
        (counted.blocked - counted.unblocked - current_hour.unblocked)::integer AS blocked,
        counted.deleted::integer AS deleted, (counted.sessions + current_hour.sessions)::integer AS sessions
      FROM counted, current_hour`,
    { now, hour, nextHour: new Date(hour.getTime() + hourMs) },
  );
  return rows[0] ?? { active: 0, blocked: 0, deleted: 0, sessions: 0 };
};
