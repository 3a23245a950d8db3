import { Id } from '../../contract/user.js';
import type { Transaction } from '../../database/database.js';
import { AppError } from '../../errors/app-error.js';
import { notFound } from '../../errors/not-found.js';
import type { Actor } from '../actor.js';
import { assertNotLastAdmin } from '../roles/administrator.js';
import { AuditEvent } from '../audit/audit-event.js';
import { endSessions } from '../sessions/end-session.js';
import { clearLoginCounters } from '../login/login-counter.js';
import { OneTimeToken, type IssuedToken } from '../login/one-time-token.js';
import { User } from './user.js';

/** Why and until when an account is blocked. */
export interface Block {
  readonly reason: string | null;
  /** Null for a block without an end. */
  readonly until: Date | null;
}

/**
 * Locks an account, deleted or not, until the transaction ends.
 * @param id any text; one that is not an ID is not found
 * @throws {AppError} not_found
 */
export const lockAccount = async (trx: Transaction, id: string): Promise<User> => {
  const user = Id.safeParse(id).success ? await User.lock(trx, id) : undefined;
  if (!user) throw notFound('user with ID', id);
  return user;
};

/**
 * Locks an account until the transaction ends, so that logins, refreshes and profile updates wait.
 * @returns undefined if the account cannot log in: it does not exist, is deleted, or is blocked
 */
export const lockActiveAccount = async (trx: Transaction, id: string, now: Date): Promise<User | undefined> => {
  const user = await User.lock(trx, id);
  return user?.isActive(now) === true ? user : undefined;
};

/**
 * Blocks a locked account and ends its sessions.
 * @returns the IDs of the ended sessions
 * @throws {AppError} last_admin
 */
export const blockAccount = async (
  trx: Transaction,
  actor: Actor,
  user: User,
  { reason, until, now }: Block & { readonly now: Date },
): Promise<string[]> => {
  await assertNotLastAdmin(trx, user.id, now);
  await User.query(trx).findById(user.id).patch({ status: 'blocked', blockedReason: reason, blockedUntil: until });
  const details = { ...(reason !== null && { reason }), until: until?.toISOString() ?? null };
  await AuditEvent.record(trx, 'user.blocked', actor, { subjectId: user.id, details });
  return endSessions(trx, actor, { userId: user.id, now });
};

const removeBlock = async (trx: Transaction, { id }: User): Promise<void> => {
  await User.query(trx).findById(id).patch({ status: 'active', blockedReason: null, blockedUntil: null });
};

/** Unblocks a locked account and clears its failed logins. */
export const unblockAccount = async (trx: Transaction, actor: Actor, user: User): Promise<void> => {
  await removeBlock(trx, user);
  await clearLoginCounters(trx, user);
  await AuditEvent.record(trx, 'user.unblocked', actor, { subjectId: user.id });
};

/** Removes an expired block at login. Until then, the account is stored as blocked. */
export const endExpiredBlock = async (trx: Transaction, { requestMetadata }: Actor, user: User): Promise<void> => {
  if (user.status !== 'blocked') return;
  await removeBlock(trx, user);
  user.status = 'active';
  const event = { subjectId: user.id, details: { reason: 'time' } };
  await AuditEvent.record(trx, 'user.unblocked', { actorId: null, requestMetadata }, event);
};

/**
 * Issues a one-time token with which the owner of a locked account sets a new password, and clears failed logins.
 * @param ttl in milliseconds
 */
export const issuePasswordResetToken = async (
  trx: Transaction,
  actor: Actor,
  user: User,
  { now, ttl }: { readonly now: Date; readonly ttl: number },
): Promise<IssuedToken> => {
  const issued = await OneTimeToken.issue(trx, {
    ...{ purpose: 'password_reset', userId: user.id, address: null, issuedBy: actor.actorId, now, ttl },
  });
  await clearLoginCounters(trx, user);
  await AuditEvent.record(trx, 'user.password_reset_requested', actor, { subjectId: user.id });
  return issued;
};

/**
 * Deletes a locked account: it keeps its username and data until it is restored or erased. Does nothing if it is deleted.
 * @param details of the audit event
 * @returns the IDs of the ended sessions
 * @throws {AppError} last_admin
 */
export const deleteAccount = async (
  trx: Transaction,
  actor: Actor,
  user: User,
  { now, details = {} }: { readonly now: Date; readonly details?: Readonly<Record<string, unknown>> },
): Promise<string[]> => {
  if (user.deletedAt !== null) return [];
  await assertNotLastAdmin(trx, user.id, now);
  await User.query(trx).findById(user.id).patch({ deletedAt: now });
  await OneTimeToken.cancel(trx, user.id, ['password_reset', 'email_verification', 'magic_link']);
  await AuditEvent.record(trx, 'user.deleted', actor, { subjectId: user.id, details });
  return endSessions(trx, actor, { userId: user.id, now });
};

/**
 * Restores a locked account. Does nothing if it is not deleted.
 * @throws {AppError} not_found once the erasure has begun, since part of the data no longer exists
 */
export const restoreAccount = async (trx: Transaction, actor: Actor, user: User): Promise<void> => {
  if (user.deletedAt === null) return;
  const erasure = await trx.raw<{ rows: unknown[] }>('SELECT 1 FROM account_erasures WHERE user_id = ?', [user.id]);
  if (erasure.rows.length > 0) {
    throw new AppError('not_found', { detail: `User ${user.id} is being erased and cannot be restored.` });
  }
  await User.query(trx).findById(user.id).patch({ deletedAt: null });
  await AuditEvent.record(trx, 'user.restored', actor, { subjectId: user.id });
};
