import type { PasswordChangeBody } from '../../../../contract/recovery.js';
import { AppError } from '../../../../errors/app-error.js';
import { callerOf, type ApiContext, type Handler } from '../../../../middleware/context.js';
import { assertPreconditions } from '../../../../middleware/preconditions.js';
import { requireRecentSignIn } from '../../../../middleware/recent-sign-in.js';
import { enqueueSecurityNotification } from '../../../../models/security-notification.js';
import { AuditEvent } from '../../../../models/audit-event.js';
import { lockActiveAccount, replacePassword } from '../../../../models/credential.js';
import { User } from '../../../../models/user.js';
import type { Services } from '../../../../services.js';
import { validateNewPassword } from '../../../auth/validate-new-password.js';
import { reauthenticate } from '../reauthenticate.js';

/** The caller's account, whose names a new password must not contain. */
export const ownAccount = async (
  { db }: Services,
  ctx: ApiContext,
): Promise<Pick<User, 'username' | 'email'> | object> =>
  (await db.read((reader) => User.findAccount(reader, callerOf(ctx).userId))) ?? {};

/**
 * PUT /api/v1/users/me/password: sets a new password with the current one, or the first one after a recent sign-in. The
 * session in use stays, the others end, and the owner of a verified address gets a notice.
 * @throws {AppError} validation_failed, insufficient_user_authentication, too_many_attempts, wrong_password,
 * invalid_token, overloaded, precondition_failed (If-Match)
 */
export const changePassword = (services: Services): Handler<PasswordChangeBody> =>
  async function changePassword(ctx) {
    const { db, passwords } = services;
    const { body, deadline, settings } = ctx.state;
    const { userId } = callerOf(ctx);
    const owner = await db.read((reader) => User.findAccount(reader, userId));
    if (owner?.passwordHash === null) requireRecentSignIn(ctx);
    validateNewPassword(services, settings, body.new_password, owner ?? {}, '/new_password');
    const password = { value: body.current_password, path: '/current_password' };
    const checked = await reauthenticate(services, ctx, password, 'user.password_changed');
    const passwordHash = await deadline.pausedDuring(() => passwords.hash(body.new_password, settings));
    if (await storePassword(services, ctx, checked, passwordHash)) services.outboxSignal.notify();
    ctx.status = 204;
  };

/**
 * Keeps the new hash, unless the account has changed since the current password was checked.
 * @returns whether a mail was put into the outbox
 */
const storePassword = (
  { db }: Services,
  ctx: ApiContext<PasswordChangeBody>,
  checked: User,
  passwordHash: string,
): Promise<boolean> =>
  db.transaction(async (trx) => {
    const { now, requestMetadata } = ctx.state;
    const { id: keptSessionId, userId } = callerOf(ctx);
    const user = await lockActiveAccount(trx, userId, now);
    if (!user) throw new AppError('invalid_token');
    if (user.passwordHash !== checked.passwordHash) throw new AppError('wrong_password');
    assertPreconditions(ctx, user.etag);
    const ended = await replacePassword(trx, userId, { passwordHash, keptSessionId, now });
    const about = { actorId: userId, subjectId: userId, details: { ended_sessions: ended.length } };
    await AuditEvent.record(trx, { action: 'user.password_changed', result: 'success', ...about }, requestMetadata);
    return enqueueSecurityNotification(trx, 'password_changed', user, now);
  });
