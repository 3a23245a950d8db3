import { Id } from '../contract/user.js';
import type { Connection, Transaction } from '../database/database.js';
import { AppError } from '../errors/app-error.js';
import { assertNotLastAdmin } from './administrator.js';
import { AuditEvent } from './audit-event.js';
import { nobody } from './base-model.js';
import { IdempotencyKey } from './idempotency-key.js';
import { OneTimeToken } from './one-time-token.js';
import type { Origin } from './origin.js';
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
  const user = Id.safeParse(id).success ? await User.query(trx).findById(id).forUpdate() : undefined;
  if (!user) throw new AppError('not_found');
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
  return Session.endOthers(trx, user.id, nobody, now);
};

/** Ends the block of a locked account. */
export const unblockAccount = async (trx: Transaction, user: User): Promise<void> => {
  await User.query(trx).findById(user.id).patch({ status: 'active', blockedReason: null, blockedUntil: null });
};

/** Ends a block whose time is over, when the person logs in: from then on the account shows as what it is. */
export const endOldBlock = async (trx: Transaction, user: User, origin: Origin): Promise<void> => {
  if (user.status !== 'blocked') return;
  await unblockAccount(trx, user);
  user.status = 'active';
  const about = { actorId: null, subjectId: user.id, details: { reason: 'time' } };
  await AuditEvent.record(trx, { action: 'user.unblocked', result: 'success', ...about }, origin);
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
  return Session.endOthers(trx, user.id, nobody, now);
};

/** Takes back the deletion of a locked account. Its name was kept for it, so this always works. */
export const restoreAccount = async (trx: Transaction, user: User): Promise<void> => {
  await User.query(trx).findById(user.id).patch({ deletedAt: null });
};

/**
 * Erases a locked account for good: the row and all that hangs on it, kept answers to the person's requests, mail to the
 * person, and where the audit trail says the person came from. The trail keeps the id only, and the name is free again.
 * Audit the erasure afterwards, in the same transaction.
 * @throws {AppError} last_admin
 */
export const eraseAccount = async (trx: Transaction, user: User, now: Date): Promise<void> => {
  await assertNotLastAdmin(trx, user.id, now);
  await User.query(trx).deleteById(user.id);
  await IdempotencyKey.query(trx).delete().where({ caller: user.id });
  await OutgoingMail.forgetAddress(trx, user.username);
  // An address that is only claimed may be somebody else's, and so are the mail and the login links to it.
  if (user.email !== null && user.emailVerified) {
    await OutgoingMail.forgetAddress(trx, user.email);
    await OneTimeToken.query(trx)
      .delete()
      .whereNull('user_id')
      .whereRaw('lower(address COLLATE "C") = ?', [canonical(user.email)]);
  }
  await AuditEvent.forgetOrigins(trx, user.id);
};

/** Accounts that are looked at by one query. */
const batchRows = 200;

/**
 * The accounts that were deleted before a time and not restored, in the order of their ids.
 * @param after the last id of the batch before
 */
export const findOverdue = async (db: Connection, deletedBefore: Date, after: string): Promise<readonly string[]> => {
  const found = await User.query(db)
    .select('id')
    .where('deleted_at', '<=', deletedBefore)
    .where('id', '>', after)
    .orderBy('id')
    .limit(batchRows);
  return found.map(({ id }) => id);
};
