import type { PasswordChangeBody } from '../../../../contract/recovery.js';
import { AppError } from '../../../../errors/app-error.js';
import { callerOf, type ApiContext, type Handler } from '../../../../middleware/context.js';
import { assertConditions } from '../../../../middleware/if-match.js';
import { AuditEvent } from '../../../../models/audit-event.js';
import { lockActiveAccount, replacePassword } from '../../../../models/credential.js';
import { User } from '../../../../models/user.js';
import type { Services } from '../../../../services.js';
import { refusePassword } from '../../../auth/refuse-password.js';
import { confirmPassword } from '../confirm-password.js';

/**
 * PUT /api/v1/users/me/password: sets a new password with the current one. The session in use stays, the others end.
 * @throws {AppError} validation_failed, too_many_attempts, wrong_password, invalid_token, overloaded, precondition_failed
 */
export const changePassword = (services: Services): Handler<PasswordChangeBody> =>
  async function changePassword(ctx) {
    const { db, passwords } = services;
    const { body, deadline, settings } = ctx.state;
    const { userId } = callerOf(ctx);
    const owner = await db.read((reader) => User.findAccount(reader, userId));
    refusePassword(services, settings, body.new_password, owner ?? {}, '/new_password');
    const checked = await confirmPassword(services, ctx, body.current_password, 'user.password_changed');
    const passwordHash = await deadline.pausedDuring(() => passwords.hash(body.new_password, settings));
    await keep(services, ctx, checked, passwordHash);
    ctx.status = 204;
  };

/** Keeps the new hash, unless the account has changed since the current password was checked. */
const keep = (
  { db }: Services,
  ctx: ApiContext<PasswordChangeBody>,
  checked: User,
  passwordHash: string,
): Promise<void> =>
  db.transaction(async (trx) => {
    const { now, origin } = ctx.state;
    const { id: keptSessionId, userId } = callerOf(ctx);
    const user = await lockActiveAccount(trx, userId, now);
    if (!user) throw new AppError('invalid_token');
    if (user.passwordHash !== checked.passwordHash) throw new AppError('wrong_password');
    assertConditions(ctx, user.etag);
    const ended = await replacePassword(trx, userId, { passwordHash, keptSessionId, now });
    const about = { actorId: userId, subjectId: userId, details: { ended_sessions: ended.length } };
    await AuditEvent.record(trx, { action: 'user.password_changed', result: 'success', ...about }, origin);
  });
