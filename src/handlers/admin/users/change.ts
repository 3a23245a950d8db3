import type { AdminUserPatch } from '../../../contract/admin-user.js';
import type { Transaction } from '../../../database/database.js';
import { AppError } from '../../../errors/app-error.js';
import { AuditEvent, type AuditEntry } from '../../../models/audit-event.js';
import { recordEndedSessions } from '../../../models/ended-sessions.js';
import type { RequestMetadata } from '../../../models/request-metadata.js';
import { clearLoginCounters } from '../../../models/login-counter.js';
import { User, type ProfileChange } from '../../../models/user.js';
import { blockAccount, unblockAccount } from '../../../models/user-lifecycle.js';
import { handleEmailChange } from '../../../models/verified-email.js';
import type { AuditSubject } from './target.js';

/** A change under way: the transaction, the locked account as it was found, and for the trail who does it. */
interface Change {
  readonly trx: Transaction;
  readonly user: User;
  readonly act: AuditSubject;
  readonly requestMetadata: RequestMetadata;
  readonly now: Date;
}

const record = (
  { trx, act, requestMetadata }: Change,
  action: AuditEntry['action'],
  details: AuditEntry['details'] = {},
): Promise<void> => AuditEvent.record(trx, { action, result: 'success', ...act, details }, requestMetadata);

/**
 * Changes the profile of a locked account. A new address takes effect at once, gets a verification link, and cancels a
 * pending change; the owner of the old one gets a notice.
 * @returns whether a mail was put into the outbox
 */
export const changeProfile = async (change: Change, profile: ProfileChange, fields: string[]): Promise<boolean> => {
  const { trx, user, now } = change;
  if (fields.length === 0) return false;
  const { after } = await User.changeProfile(trx, user.id, profile);
  await record(change, 'user.updated', { fields });
  const { isChanged, isMailed } = await handleEmailChange(trx, user, after, { now });
  if (isChanged) await record(change, 'user.email_changed');
  return isMailed;
};

/**
 * Blocks or unblocks a locked account. What is not said of a block that holds already stays as it is.
 * @throws {AppError} validation_failed for a block that would be over at once, last_admin
 */
export const changeStatus = async (change: Change, patch: AdminUserPatch): Promise<void> => {
  const { trx, user, now } = change;
  const isBlocked = user.status === 'blocked';
  if (patch.status === 'active' && isBlocked) {
    await unblockAccount(trx, user);
    await clearLoginCounters(trx, user);
    await record(change, 'user.unblocked');
  }
  if (patch.status !== 'blocked') return;
  const isOver = user.blockedUntil !== null && user.blockedUntil <= now;
  const earlier = isBlocked && !isOver ? user : { blockedReason: null, blockedUntil: null };
  const { blocked_reason: reason = earlier.blockedReason, blocked_until: until = earlier.blockedUntil } = patch;
  if (until !== null && until <= now) {
    throw new AppError('validation_failed', {
      errors: [{ path: '/blocked_until', code: 'in_the_past', message: 'must be in the future' }],
    });
  }
  const ended = await blockAccount(trx, user, { reason, until }, now);
  await record(change, 'user.blocked', { until: until?.toISOString() ?? null });
  await recordEndedSessions(trx, ended, change.act, change.requestMetadata);
};
