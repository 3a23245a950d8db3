import type { Connection, Database, Transaction } from '../../database/database.js';
import { AppError } from '../../errors/app-error.js';
import { invalidLink } from '../../errors/invalid-link.js';
import { lockActiveAccount } from '../accounts/account-lifecycle.js';
import { confirmOwnership } from '../accounts/account-ownership.js';
import type { RequestMetadata } from '../actor.js';
import { AuditEvent } from '../audit/audit-event.js';
import { NIL_UUID } from '../base-model.js';
import { countEvent } from '../counters.js';
import type { LoginAttempts } from './login-attempts.js';
import { OneTimeToken } from './one-time-token.js';
import { enqueueSecurityNotification } from '../mail/security-notification.js';
import { canManage } from '../roles/authorization.js';
import { holdsPermission } from '../roles/permission.js';
import { Session } from '../sessions/session.js';
import { User } from '../accounts/user.js';
import { isEmailOf } from '../accounts/verified-email.js';

/**
 * Sets a new password of a locked account. Its sessions end, open emailed links become invalid (OWASP ASVS 5.0, 7.4.3),
 * and a pending email address is removed, since someone who knew the old password may have requested it.
 * @param keptSessionId the session that stays active; null ends all
 * @returns the ids of the sessions that have ended
 */
const replacePassword = async (
  trx: Transaction,
  userId: string,
  { passwordHash, keptSessionId, now }: { passwordHash: string; keptSessionId: string | null; now: Date },
): Promise<string[]> => {
  await User.query(trx).findById(userId).patch({ passwordHash });
  const removedPending = await User.query(trx)
    .findById(userId)
    .whereNotNull('pending_email')
    .patch({ pendingEmail: null });
  const links = ['password_reset', 'magic_link'] as const;
  await OneTimeToken.cancel(trx, userId, removedPending === 0 ? links : [...links, 'email_verification']);
  return Session.endOthers(trx, userId, keptSessionId ?? NIL_UUID, now);
};

/** The cost in a stored hash, as two digits: `$2b$12$` begins the last 60 characters. Must match users_password_cost_idx. */
const passwordCost = `(substr(right(password_hash, 60), 5, 2) COLLATE "C")`;

/**
 * The highest bcrypt cost among the stored hashes, read from an index; 0 when there are none. Deleted accounts count,
 * since their hashes are compared like any other. Costs that are never verified (see `parseStoredHash`) do not count.
 */
export const highestPasswordCost = async (db: Connection): Promise<number> => {
  const { rows } = await db.raw<{ rows: { cost: string }[] }>(
    `SELECT ${passwordCost} AS cost FROM users WHERE ${passwordCost} BETWEEN '04' AND '16'
      ORDER BY ${passwordCost} DESC LIMIT 1`,
  );
  const cost = rows[0]?.cost ?? '';
  return /^\d\d$/.test(cost) ? Number(cost) : 0;
};

/** A change that callers make to their own account. */
export interface OwnChange {
  readonly userId: string;
  /** The hash that was checked, null if the account has no password; undefined if it was not reauthenticated. */
  readonly checkedHash?: string | null;
  /** The condition of If-Match or If-None-Match. */
  readonly assertPreconditions: (etag: string) => void;
  readonly now: Date;
}

/**
 * Locks the account of a caller for a change.
 * @throws {AppError} invalid_token if it can no longer log in, wrong_password if its password has been replaced since it was
 * checked, precondition_failed
 */
export const lockOwnAccount = async (
  trx: Transaction,
  { userId, checkedHash, assertPreconditions, now }: OwnChange,
): Promise<User> => {
  const user = await lockActiveAccount(trx, userId, now);
  if (!user) throw new AppError('invalid_token');
  if (checkedHash !== undefined && user.passwordHash !== checkedHash) throw new AppError('wrong_password');
  assertPreconditions(user.etag);
  return user;
};

/**
 * Changes the password of the caller. All sessions but the current one end, and the owner of a verified email address is
 * notified.
 * @returns whether an email was enqueued
 * @throws {AppError} see `lockOwnAccount`
 */
export const changePassword = (
  db: Database,
  {
    requestMetadata,
    sessionId,
    passwordHash,
    ...change
  }: OwnChange & {
    readonly requestMetadata: RequestMetadata;
    readonly sessionId: string;
    readonly passwordHash: string;
  },
): Promise<boolean> =>
  db.transaction(async (trx) => {
    const { userId, now } = change;
    const user = await lockOwnAccount(trx, change);
    const ended = await replacePassword(trx, userId, { passwordHash, keptSessionId: sessionId, now });
    const event = { subjectId: userId, details: { ended_sessions: ended.length } };
    await AuditEvent.record(trx, 'user.password_changed', { actorId: userId, requestMetadata }, event);
    return enqueueSecurityNotification(trx, 'password_changed', user, now);
  });

/**
 * Whether an operator could still issue a password reset token for an account. The roles of both may have changed since: a
 * support agent must not keep a token for an account that has become an administrator.
 */
const canIssueReset = async (trx: Transaction, issuerId: string, userId: string, now: Date): Promise<boolean> => {
  const issuer = await User.findAccount(trx, issuerId);
  return (
    issuer?.isActive(now) === true &&
    (await holdsPermission(trx, issuerId, 'users:write')) &&
    (await canManage(trx, issuerId, userId))
  );
};

/**
 * Whether a consumed reset token is valid for a locked account: an emailed one while the account has the address that it was
 * emailed to, and one that an operator delivers while the operator could still issue it.
 */
const isValidFor = async (trx: Transaction, user: User, token: OneTimeToken, now: Date): Promise<boolean> => {
  if (token.address !== null) return isEmailOf(user, token.address);
  return token.issuedBy === null || canIssueReset(trx, token.issuedBy, user.id, now);
};

/**
 * Sets a new password with a one-time token. All sessions end, failed logins are cleared, and the owner of a verified email
 * address is notified.
 * @returns whether an email was enqueued
 * @throws {AppError} invalid_token
 */
export const resetPassword = (
  { db, attempts }: { readonly db: Database; readonly attempts: LoginAttempts },
  reset: {
    readonly userId: string;
    readonly token: string;
    readonly passwordHash: string;
    readonly now: Date;
    readonly requestMetadata: RequestMetadata;
  },
): Promise<boolean> =>
  db.transaction(async (trx) => {
    const { userId, passwordHash, now, requestMetadata } = reset;
    const user = await lockActiveAccount(trx, userId, now);
    const token = user && (await OneTimeToken.consume(trx, { purpose: 'password_reset', token: reset.token, now }));
    if (!token || !(await isValidFor(trx, user, token, now))) throw invalidLink('password reset token');
    const confirmed =
      token.address === null
        ? { endedSessions: 0, isMailed: false }
        : await confirmOwnership(trx, user, { method: 'password_reset', now, requestMetadata });
    const ended = await replacePassword(trx, userId, { passwordHash, keptSessionId: null, now });
    await attempts.clear(trx, user);
    const details = { ended_sessions: confirmed.endedSessions + ended.length };
    await AuditEvent.record(
      trx,
      'user.password_reset',
      { actorId: userId, requestMetadata },
      { subjectId: userId, details },
    );
    await countEvent(trx, 'resets', now);
    return confirmed.isMailed || enqueueSecurityNotification(trx, 'password_changed', user, now);
  });
