import type { PasswordChangeBody } from '../../../../contract/recovery.js';
import { callerOf, type ApiContext, type Handler } from '../../../../middleware/context.js';
import { preconditionCheck } from '../../../../middleware/preconditions.js';
import { requireRecentLogin } from '../../../../middleware/recent-login.js';
import { changePassword as storePassword } from '../../../../models/login/credential.js';
import { User } from '../../../../models/accounts/user.js';
import { validateNewPassword } from '../../../../policies/new-password.js';
import { reauthenticate, submittedPasswordErrors } from '../../../../policies/reauthentication.js';
import type { Services } from '../../../../services.js';

/** The caller's account, whose names a new password must not contain. */
export const ownAccount = async (
  { db }: Services,
  ctx: ApiContext,
): Promise<Pick<User, 'username' | 'email'> | object> =>
  (await db.read((reader) => User.findAccount(reader, callerOf(ctx).userId))) ?? {};

/**
 * PUT /api/v1/users/me/password: sets a new password with the current one, or the first one after a recent login. The
 * session in use stays, the others end, and the owner of a verified address gets a notice.
 * @throws {AppError} validation_failed, insufficient_user_authentication, too_many_attempts, wrong_password,
 * invalid_token, overloaded, precondition_failed (If-Match)
 */
export const changePassword = (services: Services): Handler<PasswordChangeBody> =>
  async function changePassword(ctx) {
    const { db, passwords } = services;
    const { body, deadline, now, requestMetadata, settings } = ctx.state;
    const { id: sessionId, userId } = callerOf(ctx);
    const owner = await db.read((reader) => User.findAccount(reader, userId));
    if (owner?.passwordHash === null) requireRecentLogin(ctx);
    const password = { value: body.current_password, path: '/current_password' };
    const otherErrors = owner ? submittedPasswordErrors(owner, password.value !== undefined, password.path) : [];
    validateNewPassword(services, settings, body.new_password, owner ?? {}, '/new_password', otherErrors);
    const { passwordHash: checkedHash } = await reauthenticate(services, ctx, password, 'user.password_changed');
    const passwordHash = await deadline.pausedDuring(() => passwords.hash(body.new_password, settings));
    const isMailed = await storePassword(db, {
      ...{ userId, sessionId, checkedHash, passwordHash, now, requestMetadata },
      assertPreconditions: preconditionCheck(ctx),
    });
    if (isMailed) services.outboxSignal.notify();
    ctx.status = 204;
  };
