import type { Connection, Transaction } from '../../database/database.js';
import { OutgoingMail } from '../mail/outgoing-mail.js';

/** Determines which accounts are inactive. */
export interface InactivityOptions {
  readonly now: Date;
  /** Milliseconds without use after which an account counts as unused. */
  readonly retentionMs: number;
  /** Milliseconds from the warning to the deletion. */
  readonly noticeMs: number;
}

/** Number of accounts per query. */
const batchRows = 200;

/** Accounts `u` that have not been used since `:since`, when they were last used, and when their owners were warned. */
const inactiveAccounts = `
  FROM users u
  LEFT JOIN inactivity_warnings w ON w.user_id = u.id
  CROSS JOIN LATERAL (
    SELECT greatest(coalesce(u.last_login_at, u.created_at), u.last_seen_at, max(s.last_used_at)) AS used_at
    FROM sessions s WHERE s.user_id = u.id
  ) AS activity
  WHERE u.deleted_at IS NULL AND u.status = 'active' AND coalesce(u.last_login_at, u.created_at) < :since
    AND (u.last_seen_at IS NULL OR u.last_seen_at < :since) AND activity.used_at < :since`;

const since = ({ now, retentionMs }: InactivityOptions): Date => new Date(now.getTime() - retentionMs);

/**
 * Warns the owners of unused accounts who have not been warned since the last use: records the warning, and enqueues an
 * email with the day of the deletion. Accounts that another instance has locked are skipped.
 * @param after the last id of the previous batch
 * @returns the ids of one batch, in order
 */
export const warnInactive = async (
  trx: Transaction,
  options: InactivityOptions,
  after: string,
): Promise<readonly string[]> => {
  const { now, noticeMs } = options;
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `SELECT u.id ${inactiveAccounts} AND (w.warned_at IS NULL OR w.warned_at <= activity.used_at)
      AND u.id > :after ORDER BY u.id LIMIT ${String(batchRows)} FOR UPDATE OF u SKIP LOCKED`,
    { since: since(options), after },
  );
  const deadline = new Date(now.getTime() + noticeMs).toISOString().slice(0, 10);
  for (const { id: userId } of rows) {
    await trx.raw(
      `INSERT INTO inactivity_warnings (user_id, warned_at) VALUES (:userId, :now)
        ON CONFLICT (user_id) DO UPDATE SET warned_at = excluded.warned_at`,
      { userId, now },
    );
    await OutgoingMail.enqueue(trx, { kind: 'inactive_warning', userId, address: null, now, details: { deadline } });
  }
  return rows.map(({ id }) => id);
};

/**
 * The inactive accounts whose owners were warned and whose notice period is over, in the order of their ids.
 * @param after the last id of the batch before
 */
export const findInactive = async (
  db: Connection,
  options: InactivityOptions,
  after: string,
): Promise<readonly string[]> => {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(
    `SELECT u.id ${inactiveAccounts} AND w.warned_at > activity.used_at AND w.warned_at <= :warnedBefore AND u.id > :after
      ORDER BY u.id LIMIT ${String(batchRows)}`,
    { since: since(options), warnedBefore: new Date(options.now.getTime() - options.noticeMs), after },
  );
  return rows.map(({ id }) => id);
};

/** Whether an account, now locked, still meets the conditions of `findInactive`. */
export const isStillInactive = async (trx: Transaction, options: InactivityOptions, id: string): Promise<boolean> => {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `SELECT 1 ${inactiveAccounts} AND w.warned_at > activity.used_at AND w.warned_at <= :warnedBefore AND u.id = :id`,
    { since: since(options), warnedBefore: new Date(options.now.getTime() - options.noticeMs), id },
  );
  return rows.length === 1;
};
