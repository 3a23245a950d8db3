import type { Connection } from '../../database/database.js';
import { isBlockedSql } from './account-status.js';

/** Numbers of accounts and sessions. */
export interface AccountCounts {
  readonly active: number;
  readonly blocked: number;
  readonly deleted: number;
  readonly sessions: number;
}

/**
 * Counts accounts by status, and sessions that have not ended. Each count reads only the relevant part of an index; counting
 * all accounts takes about a tenth of a second for a million.
 */
export const countAccounts = async (db: Connection, now: Date): Promise<AccountCounts> => {
  const { rows } = await db.raw<{ rows: AccountCounts[] }>(
    `SELECT "all" - deleted - blocked AS active, blocked, deleted, sessions FROM (SELECT
        (SELECT count(*)::integer FROM users) AS "all",
        (SELECT count(*)::integer FROM users WHERE deleted_at IS NOT NULL) AS deleted,
        (SELECT count(*)::integer FROM users WHERE ${isBlockedSql('users')}) AS blocked,
        (SELECT count(*)::integer FROM sessions WHERE coalesce(ended_at, expires_at) > :now) AS sessions) AS counts`,
    { now },
  );
  return rows[0] ?? { active: 0, blocked: 0, deleted: 0, sessions: 0 };
};
