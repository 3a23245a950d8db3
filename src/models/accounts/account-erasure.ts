import { withBackgroundConnection, type BackgroundConnection } from '../../database/background.js';
import type { Connection, Database, Transaction } from '../../database/database.js';
import { classifyDatabaseError } from '../../database/classify-error.js';
import { AppError } from '../../errors/app-error.js';
import type { RequestMetadata } from '../actor.js';
import { assertNotLastAdmin } from '../roles/administrator.js';
import { AuditEvent } from '../audit/audit-event.js';
import { deleteBatch, runBatches, type Batch } from '../batches.js';
import { IdempotencyKey } from '../idempotency-key.js';
import { OneTimeToken } from '../login/one-time-token.js';
import { OutgoingMail } from '../mail/outgoing-mail.js';
import { canonical, User } from './user.js';

/** How long the instance that began an erasure has before another one may continue it, in milliseconds. */
const leaseMs = 5 * 60_000;

/** Milliseconds until a failed erasure is retried: doubled with each failure, from a minute to a day. */
const retryMs = { first: 60_000, longest: 86_400_000 } as const;

/** Accounts that are found by one query. */
const batchRows = 200;

/** Options for an erasure. */
export interface ErasureOptions {
  readonly now: Date;
  /** Where the request came from; null if no client waits for the result. */
  readonly requestMetadata: RequestMetadata | null;
  readonly signal: AbortSignal;
}

/** Who requested an erasure, and when. */
export interface ErasureRequest {
  /** Null for the command line, and after the grace period. */
  readonly actorId: string | null;
  readonly now: Date;
  /** Details of the audit event; without an actor, the default says that the grace period is over. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Schedules the erasure of a locked account: once committed, it can no longer be used or restored, and it is erased in
 * the background even if the process ends.
 * @throws {AppError} last_admin
 */
export const requestErasure = async (
  trx: Transaction,
  user: User,
  { actorId, now, details }: ErasureRequest,
): Promise<void> => {
  await assertNotLastAdmin(trx, user.id, now);
  if (user.deletedAt === null) await User.query(trx).findById(user.id).patch({ deletedAt: now });
  await trx.raw(
    `INSERT INTO account_erasures (user_id, actor_id, details, next_attempt_at)
        VALUES (:userId, :actorId, :details::jsonb, :leaseEnds)
      ON CONFLICT (user_id) DO UPDATE SET next_attempt_at = excluded.next_attempt_at`,
    {
      userId: user.id,
      actorId,
      details: details === undefined ? null : JSON.stringify(details),
      leaseEnds: new Date(now.getTime() + leaseMs),
    },
  );
};

/**
 * Leases an erasure that is due: schedules it for an account whose grace period is over, and renews the lease of one that
 * was scheduled before.
 * @returns false if the account has been restored, is within its grace period, or is being erased by another instance
 */
export const leaseErasure = async (
  trx: Transaction,
  userId: string,
  { deletedBefore, now }: { readonly deletedBefore: Date; readonly now: Date },
): Promise<boolean> => {
  const leaseEnds = new Date(now.getTime() + leaseMs);
  const known = await trx.raw<{ rowCount: number }>(
    'UPDATE account_erasures SET next_attempt_at = :leaseEnds WHERE user_id = :userId AND next_attempt_at <= :now',
    { userId, now, leaseEnds },
  );
  if (known.rowCount === 1) return true;
  const user = await User.lock(trx, userId);
  if (!user?.deletedAt || user.deletedAt > deletedBefore) return false;
  // Read under the lock: another instance may have scheduled it since.
  const begun = await trx.raw<{ rows: unknown[] }>('SELECT 1 FROM account_erasures WHERE user_id = ?', [userId]);
  if (begun.rows.length > 0) return false;
  await requestErasure(trx, user, { actorId: null, now });
  return true;
};

/** Rows that belong to an account and may be many: deleted in batches before the account itself. */
const dependentRows = (userId: string): Batch[] => [
  async (trx, limit) => {
    const { rowCount } = await trx.raw<{ rowCount: number }>(
      `DELETE FROM refresh_tokens WHERE ctid = ANY(ARRAY(
        SELECT t.ctid FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE s.user_id = :userId
          LIMIT :limit FOR UPDATE OF t SKIP LOCKED))`,
      { userId, limit },
    );
    return rowCount;
  },
  ...['sessions', 'greetings', 'one_time_tokens', 'mail_outbox'].map((table) =>
    deleteBatch(table, 'user_id = :userId', { userId }),
  ),
  deleteBatch('idempotency_keys', 'subject_id = :userId', { userId }),
  deleteBatch('idempotency_keys', 'caller = :userId', { userId }),
];

/**
 * Deletes a locked account with everything that references it, stored responses to its requests and mail to it. The username
 * becomes available again.
 * @throws {AppError} last_admin
 */
const deleteUserData = async (trx: Transaction, user: User, now: Date): Promise<void> => {
  await assertNotLastAdmin(trx, user.id, now);
  await User.query(trx).deleteById(user.id);
  await IdempotencyKey.query(trx).delete().where({ caller: user.id });
  await OutgoingMail.deleteByEmail(trx, user.username);
  // An unverified address may belong to someone else, and so may the email and the login links to it.
  if (user.email !== null && user.emailVerified) {
    await OutgoingMail.deleteByEmail(trx, user.email);
    await OneTimeToken.query(trx)
      .delete()
      .whereNull('user_id')
      .whereRaw('lower(address COLLATE "C") = ?', [canonical(user.email)]);
  }
};

/** Deletes the row of the account with an audit event; false if it has already been deleted. */
const deleteUserRow = async (
  trx: Transaction,
  userId: string,
  { now, requestMetadata }: ErasureOptions,
): Promise<boolean> => {
  const user = await User.lock(trx, userId);
  if (!user) return false;
  await deleteUserData(trx, user, now);
  const { rows } = await trx.raw<{ rows: { actor_id: string | null; details: Record<string, unknown> | null }[] }>(
    'SELECT actor_id, details FROM account_erasures WHERE user_id = ?',
    [userId],
  );
  const actorId = rows[0]?.actor_id ?? null;
  const details = rows[0]?.details ?? (actorId === null ? { reason: 'grace_over' } : {});
  // No IP address is recorded for users who erase their own account.
  const actor = { actorId, requestMetadata: actorId === userId ? null : requestMetadata };
  await AuditEvent.record(trx, 'user.erased', actor, { subjectId: userId, details });
  return true;
};

/**
 * Erases an account whose erasure was scheduled: first the rows that belong to it, in batches, then the account, then the
 * IP addresses, user agents and reasons for blocks in its audit events. It can be interrupted at any point; calling it again
 * continues it.
 * @returns false when the account had been deleted already
 * @throws a database error, or `service_unavailable` when the signal ended it
 */
export const runErasure = async (
  connection: BackgroundConnection,
  userId: string,
  options: ErasureOptions,
): Promise<boolean> => {
  const run = async (batch: Batch): Promise<void> => {
    const { isDone } = await runBatches(connection, batch, options);
    if (!isDone) {
      throw new AppError('service_unavailable', { detail: 'The account is still being erased.', retryAfterSeconds: 1 });
    }
  };
  for (const batch of dependentRows(userId)) await run(batch);
  const isErased = await connection.transaction((trx) => deleteUserRow(trx, userId, options));
  await run((trx, limit) => AuditEvent.redactRequestMetadata(trx, userId, limit));
  await run((trx, limit) => AuditEvent.removeBlockReasons(trx, userId, limit));
  await connection.transaction((trx) => trx.raw('DELETE FROM account_erasures WHERE user_id = ?', [userId]));
  return isErased;
};

/** Records a failed erasure: it is retried after a delay that grows with each failure. */
export const postponeErasure = async (db: Connection, userId: string, error: unknown, now: Date): Promise<void> => {
  await db.raw(
    `INSERT INTO account_erasures AS known (user_id, attempts, next_attempt_at, last_error)
      VALUES (:userId, 1, :now::timestamptz + make_interval(secs => :firstSeconds), :reason)
      ON CONFLICT (user_id) DO UPDATE SET attempts = known.attempts + 1, last_error = excluded.last_error,
        next_attempt_at = :now::timestamptz + make_interval(
          secs => least(:firstSeconds::float8 * power(2, least(known.attempts, 20)), :longestSeconds::float8))`,
    {
      userId,
      now,
      reason: classifyDatabaseError(error) ?? 'error',
      firstSeconds: retryMs.first / 1000,
      longestSeconds: retryMs.longest / 1000,
    },
  );
};

/**
 * Erases an account whose erasure was just scheduled, on a connection outside of the pool. If it fails, it is retried in
 * the background.
 * @returns false when the account had been deleted already
 * @throws a database error
 */
export const eraseNow = (db: Database, userId: string, options: ErasureOptions): Promise<boolean> =>
  withBackgroundConnection(db, (connection) => runErasure(connection, userId, options)).catch(
    async (error: unknown) => {
      await postponeErasure(db.knex, userId, error, options.now);
      throw error;
    },
  );

/**
 * Accounts to erase now: deleted before `deletedBefore` and not restored, or with an erasure that has begun or failed and
 * is due. Ordered by id.
 * @param after the last id of the previous batch
 */
export const findDueErasures = async (
  db: Connection,
  { deletedBefore, now }: { readonly deletedBefore: Date; readonly now: Date },
  after: string,
): Promise<readonly string[]> => {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(
    `(SELECT u.id FROM users u WHERE u.deleted_at <= :deletedBefore AND u.id > :after
        AND NOT EXISTS (SELECT 1 FROM account_erasures e WHERE e.user_id = u.id) ORDER BY u.id LIMIT :batchRows)
      UNION ALL
      (SELECT user_id FROM account_erasures WHERE next_attempt_at <= :now AND user_id > :after
        ORDER BY user_id LIMIT :batchRows)
      ORDER BY 1 LIMIT :batchRows`,
    { deletedBefore, now, after, batchRows },
  );
  return rows.map(({ id }) => id);
};

/** How many accounts are waiting for another attempt after a failure. */
export const countFailedErasures = async (db: Connection): Promise<number> => {
  const { rows } = await db.raw<{ rows: { count: number }[] }>(
    'SELECT count(*)::integer AS count FROM account_erasures WHERE attempts > 0',
  );
  return rows[0]?.count ?? 0;
};
