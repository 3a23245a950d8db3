import type { ProfilePatch } from '../../../contract/user.js';
import type { Transaction } from '../../../database/database.js';
import { callerOf, type ApiContext, type Handler } from '../../../middleware/context.js';
import { consumeMailRequestLimit } from '../../../middleware/rate-limit.js';
import { assertPreconditions } from '../../../middleware/preconditions.js';
import { AppError } from '../../../errors/app-error.js';
import { AuditEvent } from '../../../models/audit-event.js';
import { lockActiveAccount } from '../../../models/credential.js';
import { User, type ProfileChange } from '../../../models/user.js';
import { handleEmailChange } from '../../../models/verified-email.js';
import type { Services } from '../../../services.js';
import { reauthenticate } from './reauthenticate.js';

/** Only what was sent, under the names of the model. */
const changeOf = ({ email, description, current_goal: currentGoal, metadata }: ProfilePatch): ProfileChange => {
  const change = { email, description, currentGoal, metadata };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
};

/** The fields that were sent, as the audit trail names them. */
const fieldsOf = (body: ProfilePatch): string[] => Object.keys(body).filter((name) => name !== 'current_password');

/**
 * PATCH /api/v1/users/me: changes the own profile; null clears a text. A new e-mail address needs
 * reauthentication, and is pending while the current one is verified; the owner of that one gets a notice.
 * @throws {AppError} rate_limited, validation_failed, insufficient_user_authentication, too_many_attempts, wrong_password,
 * overloaded, precondition_failed (If-Match), invalid_token when the account has been deleted since
 */
export const updateMe = (services: Services): Handler<ProfilePatch> =>
  async function updateMe(ctx) {
    const { db, cache, outboxSignal } = services;
    const { userId, userVersion } = callerOf(ctx);
    const { email, current_password: value } = ctx.state.body;
    const password = { value, path: '/current_password' };
    if (typeof email === 'string') await consumeMailRequestLimit(services, ctx);
    const checked =
      email === undefined ? undefined : await reauthenticate(services, ctx, password, 'user.email_change_requested');
    const { user, isMailed } = await db.transaction((trx) => change(trx, ctx, checked));
    if (isMailed) outboxSignal.notify();
    await cache.delete('user', `${userId}:${userVersion}`);
    ctx.set('ETag', user.etag);
    ctx.body = user.toPublic();
  };

/** Changes the account, unless its password has changed since it was checked. */
const change = async (
  trx: Transaction,
  ctx: ApiContext<ProfilePatch>,
  checked: User | undefined,
): Promise<{ user: User; isMailed: boolean }> => {
  const { userId } = callerOf(ctx);
  const { body, now, requestMetadata } = ctx.state;
  const locked = await lockActiveAccount(trx, userId, now);
  if (!locked) throw new AppError('invalid_token');
  if (checked && checked.passwordHash !== locked.passwordHash) throw new AppError('wrong_password');
  assertPreconditions(ctx, locked.etag);
  const { before, after } = await User.changeProfile(trx, userId, changeOf(body), { keepsVerified: true });
  const isRequested = body.email !== undefined;
  const { isChanged, isPending, isMailed } = await handleEmailChange(trx, before, after, { now, isRequested });
  const about = { result: 'success', actorId: userId, subjectId: userId } as const;
  await AuditEvent.record(
    trx,
    { action: 'user.updated', ...about, details: { fields: fieldsOf(body) } },
    requestMetadata,
  );
  if (isPending) await AuditEvent.record(trx, { action: 'user.email_change_requested', ...about }, requestMetadata);
  if (isChanged) await AuditEvent.record(trx, { action: 'user.email_changed', ...about }, requestMetadata);
  return { user: after, isMailed };
};
