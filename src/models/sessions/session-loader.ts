import type { Database } from '../../database/database.js';
import { isActiveSql } from '../accounts/account-status.js';

/** The session of an access token, with the account data that requests need. */
export interface ActiveSession {
  readonly id: string;
  readonly userId: string;
  readonly username: string;
  /**
   * The version of the user's representation: the version of the account, the number of role renames, and the time of the
   * last login, which changes neither. It changes whenever the representation does, so a cache key that contains it cannot
   * be stale.
   */
  readonly userVersion: string;
  /** When the user logged in; a token refresh does not change it. */
  readonly signedInAt: Date;
  /** When a session of the operator console was last refreshed; null for other sessions, which have no idle timeout. */
  readonly consoleUsedAt: Date | null;
}

interface Row {
  readonly id: string;
  readonly user_id: string;
  readonly username: string;
  readonly version: string;
  readonly created_at: Date;
  readonly console_used_at: Date | null;
}

interface Waiting {
  readonly id: string;
  readonly now: Date;
  resolve(session: ActiveSession | undefined): void;
  reject(error: unknown): void;
}

/** Maximum number of concurrent queries; later lookups join the next one. */
const maxQueries = 2;

const statement = {
  name: 'live-sessions',
  text: `SELECT s.id, s.user_id, s.created_at, u.username,
      CASE s.client WHEN 'console' THEN s.last_used_at END AS console_used_at,
      u.version || '.' || coalesce((SELECT version FROM role_names), 0)
        || '.' || coalesce((extract(epoch FROM u.last_login_at) * 1000)::bigint, 0) AS version
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = ANY($1::uuid[]) AND s.ended_at IS NULL AND s.expires_at > $2 AND ${isActiveSql('u', '$2')}`,
};

/**
 * Looks up sessions in batches, like DataLoader: requests that arrive while queries run share the next one. A query starts
 * after all its requests have begun, so a session that ended before a request began is never accepted, on any instance. The
 * higher the load, the lower the cost per request.
 */
export class SessionLoader {
  readonly #db: Database;
  #waiting: Waiting[] = [];
  runningQueries = 0;
  #scheduled = false;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * The session with this id, if it is active and its account can log in.
   * @param now the wall time of the request
   */
  find(id: string, now: Date): Promise<ActiveSession | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id, now, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.runningQueries >= maxQueries || this.#waiting.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.runQuery();
    });
  }

  async runQuery(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    this.runningQueries += 1;
    try {
      // The latest time of the batch: a request must not be checked against a time before it began.
      const now = new Date(Math.max(...batch.map((waiting) => waiting.now.getTime())));
      const ids = [...new Set(batch.map((waiting) => waiting.id))];
      const rows = await this.#db.prepared<Row>(statement, [ids, now]);
      const found = new Map(rows.map((row) => [row.id, toSession(row)]));
      for (const waiting of batch) waiting.resolve(found.get(waiting.id));
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    } finally {
      this.runningQueries -= 1;
      this.#schedule();
    }
  }
}

const toSession = (row: Row): ActiveSession => ({
  id: row.id,
  userId: row.user_id,
  username: row.username,
  userVersion: row.version,
  signedInAt: row.created_at,
  consoleUsedAt: row.console_used_at,
});
