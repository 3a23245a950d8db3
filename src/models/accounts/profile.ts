import type { ProfilePatch } from '../../contract/user.js';
import type { Database, Transaction } from '../../database/database.js';
import { AppError, type FieldError } from '../../errors/app-error.js';
import { blockAccount, unblockAccount } from './account-lifecycle.js';
import type { Actor, RequestMetadata } from '../actor.js';
import { AuditEvent } from '../audit/audit-event.js';
import { lockOwnAccount, type OwnChange } from '../login/credential.js';
import { User, type ProfileChange } from './user.js';
import { handleEmailChange } from './verified-email.js';

/** New values of a profile, and the names of the fields for the audit event. */
export interface ProfileUpdate {
  readonly change: ProfileChange;
  readonly fields: readonly string[];
}

/** The profile fields that were sent, under the names of the model. */
export const profileChangeOf = ({
  email,
  description,
  current_goal: currentGoal,
  metadata,
}: ProfilePatch): ProfileChange =>
  Object.fromEntries(
    Object.entries({ email, description, currentGoal, metadata }).filter(([, value]) => value !== undefined),
  );

/** A profile after a change, and whether an email was enqueued. */
export interface UpdatedProfile {
  readonly user: User;
  readonly isMailed: boolean;
}

/**
 * Changes the profile of the caller. A new email address is pending while the current one is verified, and its owner is
 * notified.
 * @throws {AppError} see `lockOwnAccount`
 */
export const updateOwnProfile = (
  db: Database,
  {
    change,
    fields,
    requestMetadata,
    ...own
  }: ProfileUpdate & OwnChange & { readonly requestMetadata: RequestMetadata },
): Promise<UpdatedProfile> =>
  db.transaction(async (trx) => {
    const { userId, now } = own;
    await lockOwnAccount(trx, own);
    const { before, after } = await User.changeProfile(trx, userId, change, { keepsVerified: true });
    const isRequested = change.email !== undefined;
    const { isChanged, isPending, isMailed } = await handleEmailChange(trx, before, after, { now, isRequested });
    const actor = { actorId: userId, requestMetadata };
    await AuditEvent.record(trx, 'user.updated', actor, { subjectId: userId, details: { fields } });
    if (isPending) await AuditEvent.record(trx, 'user.email_change_requested', actor, { subjectId: userId });
    if (isChanged) await AuditEvent.record(trx, 'user.email_changed', actor, { subjectId: userId });
    return { user: after, isMailed };
  });

/**
 * Changes the profile of a locked account for an administrator. A new email address takes effect at once, gets a verification
 * link, and cancels a pending change; the owner of the old one is notified.
 * @returns whether an email was enqueued
 */
export const updateProfile = async (
  trx: Transaction,
  actor: Actor,
  user: User,
  { change, fields, now }: ProfileUpdate & { readonly now: Date },
): Promise<boolean> => {
  if (fields.length === 0) return false;
  const { after } = await User.changeProfile(trx, user.id, change);
  await AuditEvent.record(trx, 'user.updated', actor, { subjectId: user.id, details: { fields } });
  const { isChanged, isMailed } = await handleEmailChange(trx, user, after, { now });
  if (isChanged) await AuditEvent.record(trx, 'user.email_changed', actor, { subjectId: user.id });
  return isMailed;
};

/** A requested status; absent fields keep their values while the account is blocked. */
export interface StatusChange {
  readonly status?: 'active' | 'blocked' | undefined;
  readonly reason?: string | null | undefined;
  readonly until?: Date | null | undefined;
}

/** An error for a block that ends in the past. */
export const blockEndErrors = (until: Date | null | undefined, now: Date): FieldError[] =>
  until instanceof Date && until <= now
    ? [{ path: '/blocked_until', code: 'in_the_past', message: 'must be in the future' }]
    : [];

/** @throws {AppError} validation_failed for a block that ends in the past */
export const assertBlockEnd = (until: Date | null | undefined, now: Date): void => {
  const errors = blockEndErrors(until, now);
  if (errors.length > 0) throw new AppError('validation_failed', { errors });
};

/**
 * Blocks or unblocks a locked account.
 * @throws {AppError} validation_failed for a block that ends in the past, last_admin
 */
export const updateStatus = async (
  trx: Transaction,
  actor: Actor,
  user: User,
  { status, now, ...block }: StatusChange & { readonly now: Date },
): Promise<void> => {
  if (status === 'active' && user.status === 'blocked') await unblockAccount(trx, actor, user);
  if (status !== 'blocked') return;
  const current = user.isBlocked(now) ? user : { blockedReason: null, blockedUntil: null };
  const { reason = current.blockedReason, until = current.blockedUntil } = block;
  assertBlockEnd(until, now);
  await blockAccount(trx, actor, user, { reason, until, now });
};
