import type { PasswordResetCompleteBody } from '../../../contract/recovery.js';
import { invalidLink } from '../../../errors/invalid-link.js';
import type { ApiContext, Handler } from '../../../middleware/context.js';
import { resetPassword } from '../../../models/login/credential.js';
import { OneTimeToken } from '../../../models/login/one-time-token.js';
import { User } from '../../../models/accounts/user.js';
import { textOf, validateNewPassword } from '../../../policies/new-password.js';
import type { PasswordOwner } from '../../../security/password-policy.js';
import type { Services } from '../../../services.js';

/**
 * POST /api/v1/auth/password-reset/complete: sets a new password with a token that was emailed, or issued by an
 * administrator. All sessions of the user end, failed logins are cleared, and the owner of a verified address gets a
 * notice. A rejected password does not use up the token. An emailed token also proves ownership of the address (ADR
 * 22).
 * @throws {AppError} invalid_token, validation_failed, overloaded
 */
export const completePasswordReset = (services: Services): Handler<PasswordResetCompleteBody> =>
  async function completePasswordReset(ctx) {
    const { passwords } = services;
    const { body, deadline, now, requestMetadata, settings } = ctx.state;
    const user = await findTokenOwner(services, ctx, body.token);
    // 422 comes before 401. Only the holder of a valid token learns that the password contains the account's names.
    validateNewPassword(services, settings, body.new_password, user ?? {}, '/new_password');
    if (!user) throw invalidLink('password reset token');
    const passwordHash = await deadline.pausedDuring(() => passwords.hash(body.new_password, settings));
    const reset = { userId: user.id, token: body.token, passwordHash, now, requestMetadata };
    if (await resetPassword(services, reset)) services.outboxSignal.notify();
    ctx.status = 204;
  };

/** The active account that a reset token was issued for; undefined for an unknown, used or expired token. */
const findTokenOwner = async (
  { db }: Services,
  { state: { now } }: ApiContext,
  token: string,
): Promise<User | undefined> => {
  const open = await db.read((reader) => OneTimeToken.findOpen(reader, { purpose: 'password_reset', token, now }));
  const user = open && (await db.read((reader) => User.findAccount(reader, open.userId ?? '')));
  return user?.isActive(now) === true ? user : undefined;
};

/** The owner of the token in an invalid body, if the token is valid. */
export const tokenOwner = async (services: Services, ctx: ApiContext): Promise<PasswordOwner> => {
  const token = textOf(ctx.state.body, 'token');
  return (token === null ? undefined : await findTokenOwner(services, ctx, token)) ?? {};
};
