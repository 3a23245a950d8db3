import { deleteBatch, type Batch } from './batches.js';

/** Determines how long rows are kept. */
export interface RetentionOptions {
  readonly now: Date;
  /** Milliseconds for which a used refresh token returns its successor (`auth.refresh.grace`). */
  readonly refreshGraceMs: number;
  /** Milliseconds for which greetings are kept (`users.greetingRetention`). */
  readonly greetingRetentionMs: number;
}

/** A kind of row with a limited retention. */
export interface CleanupStep {
  /** The label in logs and metrics. */
  readonly name: string;
  readonly batch: Batch;
}

const dayMs = 86_400_000;

/** Days for which rows are kept for the investigation of incidents after the service no longer needs them. */
const retentionDays = {
  spentRefreshToken: 7,
  session: 30,
  mail: 7,
  deadMail: 30,
  userImport: 30,
  statistics: 31,
} as const;

/**
 * Removes sessions that ended or expired long ago. If `users.last_seen_at` is older than the last use of such a session, as
 * in rows written by an earlier release, it is updated first.
 */
const sessionBatch =
  (before: Date): Batch =>
  async (trx, limit) => {
    const { rows } = await trx.raw<{ rows: { id: string }[] }>(
      'SELECT id FROM sessions WHERE coalesce(ended_at, expires_at) < :before LIMIT :limit',
      { before, limit },
    );
    const ids = rows.map(({ id }) => id);
    await trx.raw(
      `UPDATE users u SET last_seen_at = used.at
        FROM (SELECT user_id, max(last_used_at) AS at FROM sessions WHERE id = ANY(:ids::uuid[]) GROUP BY user_id) AS used
        WHERE u.id = used.user_id
          AND used.at > greatest(u.last_login_at, u.created_at, u.last_seen_at) + interval '1 hour'`,
      { ids },
    );
    await trx.raw('DELETE FROM sessions WHERE id = ANY(:ids::uuid[])', { ids });
    return ids.length;
  };

/** The kinds of rows to remove, in order: tokens before their sessions. */
export const cleanupSteps = ({ now, refreshGraceMs, greetingRetentionMs }: RetentionOptions): CleanupStep[] => {
  const before = (ms: number): { before: Date } => ({ before: new Date(now.getTime() - ms) });
  const days = (kind: keyof typeof retentionDays): { before: Date } => before(retentionDays[kind] * dayMs);
  const spent = before(refreshGraceMs + retentionDays.spentRefreshToken * dayMs);
  return [
    { name: 'refresh_tokens', batch: deleteBatch('refresh_tokens', 'used_at < :before', spent) },
    { name: 'sessions', batch: sessionBatch(days('session').before) },
    { name: 'greetings', batch: deleteBatch('greetings', 'created_at < :before', before(greetingRetentionMs)) },
    { name: 'idempotency_keys', batch: deleteBatch('idempotency_keys', 'expires_at <= :before', before(0)) },
    { name: 'one_time_tokens', batch: deleteBatch('one_time_tokens', 'expires_at <= :before', before(0)) },
    {
      name: 'mails',
      batch: deleteBatch('mail_outbox', `state IN ('sent', 'dropped') AND updated_at < :before`, days('mail')),
    },
    {
      name: 'dead_mails',
      batch: deleteBatch('mail_outbox', `state = 'dead' AND updated_at < :before`, days('deadMail')),
    },
    { name: 'mail_allowances', batch: deleteBatch('mail_allowances', 'window_ends_at <= :before', before(0)) },
    { name: 'login_counters', batch: deleteBatch('login_counters', 'expires_at <= :before', before(0)) },
    // Counters of sessions and blocks by the hour of their end are kept until the rows that they count are gone.
    {
      name: 'counters',
      batch: deleteBatch(
        'counters',
        `at > '-infinity' AND at < :before AND (value = 0 OR name NOT IN ('sessions', 'users.block_ends'))`,
        days('statistics'),
      ),
    },
    { name: 'user_imports', batch: deleteBatch('user_imports', 'finished_at < :before', days('userImport')) },
  ];
};
