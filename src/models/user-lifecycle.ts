import { Id } from '../contract/user.js';
import type { Transaction } from '../database/database.js';
import { AppError } from '../errors/app-error.js';
import { notFound } from '../errors/not-found.js';
import { assertNotLastAdmin } from './administrator.js';
import { AuditEvent } from './audit-event.js';
import { NIL_UUID } from './base-model.js';
import { IdempotencyKey } from './idempotency-key.js';
import { OneTimeToken } from './one-time-token.js';
import type { RequestMetadata } from './request-metadata.js';
import { OutgoingMail } from './outgoing-mail.js';
import { Session } from './session.js';
import { canonical, User } from './user.js';

/** How a block is to be. */
export interface Block {
  readonly reason: string | null;
  /** When it ends by itself; null for a block without end. */
  readonly until: Date | null;
}

/**
 * Locks an account, deleted or not, until the transaction ends, so that what is decided about it holds.
 * @param id anything that is no id is simply not found
 * @throws {AppError} not_found
 */
export const lockAccount = async (trx: Transaction, id: string): Promise<User> => {
  const user = Id.safeParse(id).success ? await User.lock(trx, id) : undefined;
  if (!user) throw notFound('user with ID', id);
  return user;
};

/**
 * Blocks a locked account. Its sessions end, so nothing of them comes back when the block does not hold any more.
 * @returns the ids of the sessions that have ended
 * @throws {AppError} last_admin
 */
export const blockAccount = async (trx: Transaction, user: User, block: Block, now: Date): Promise<string[]> => {
  await assertNotLastAdmin(trx, user.id, now);
  await User.query(trx)
    .findById(user.id)
    .patch({ status: 'blocked', blockedReason: block.reason, blockedUntil: block.until });
  return Session.endOthers(trx, user.id, NIL_UUID, now);
};

/** Ends the block of a locked account. */
export const unblockAccount = async (trx: Transaction, user: User): Promise<void> => {
  await User.query(trx).findById(user.id).patch({ status: 'active', blockedReason: null, blockedUntil: null });
};

/** Ends a block whose time is over, when the person logs in: from then on the account shows as what it is. */
export const endExpiredBlock = async (
  trx: Transaction,
  user: User,
  requestMetadata: RequestMetadata,
): Promise<void> => {
  if (user.status !== 'blocked') return;
  await unblockAccount(trx, user);
  user.status = 'active';
  const about = { actorId: null, subjectId: user.id, details: { reason: 'time' } };
  await AuditEvent.record(trx, { action: 'user.unblocked', result: 'success', ...about }, requestMetadata);
};

/**
 * Deletes a locked account softly: it keeps its name and its data until it is restored or erased, but nothing opens it.
 * @returns the ids of the sessions that have ended
 * @throws {AppError} last_admin
 */
export const deleteAccount = async (trx: Transaction, user: User, now: Date): Promise<string[]> => {
  await assertNotLastAdmin(trx, user.id, now);
  await User.query(trx).findById(user.id).patch({ deletedAt: now });
  await OneTimeToken.cancel(trx, user.id, ['password_reset', 'email_verification', 'magic_link']);
  return Session.endOthers(trx, user.id, NIL_UUID, now);
};

/**
 * Takes back the deletion of a locked account. Its name was kept for it, so this works until its erasure begins.
 * @throws {AppError} not_found once the erasure has begun, since part of the data is gone
 */
export const restoreAccount = async (trx: Transaction, user: User): Promise<void> => {
  const erasure = await trx.raw<{ rows: unknown[] }>('SELECT 1 FROM account_erasures WHERE user_id = ?', [user.id]);
  if (erasure.rows.length > 0) {
    throw new AppError('not_found', { detail: `User ${user.id} is being erased and cannot be restored.` });
  }
  await User.query(trx).findById(user.id).patch({ deletedAt: null });
};

/**
 * Deletes a locked account with everything that references it, stored responses to the person's requests and mail to the
 * person. The username becomes available again. Large tables are emptied before, and IP addresses in the audit trail are
 * removed afterwards: see `carryOutErasure`.
 * @throws {AppError} last_admin
 */
export const deleteUserData = async (trx: Transaction, user: User, now: Date): Promise<void> => {
  await assertNotLastAdmin(trx, user.id, now);
  await User.query(trx).deleteById(user.id);
  await IdempotencyKey.query(trx).delete().where({ caller: user.id });
  await OutgoingMail.deleteByEmail(trx, user.username);
  // An address that is only claimed may be somebody else's, and so are the mail and the login links to it.
  if (user.email !== null && user.emailVerified) {
    await OutgoingMail.deleteByEmail(trx, user.email);
    await OneTimeToken.query(trx)
      .delete()
      .whereNull('user_id')
      .whereRaw('lower(address COLLATE "C") = ?', [canonical(user.email)]);
  }
};
