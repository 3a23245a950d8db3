import type { DeleteMeBody } from '../../../contract/leaving.js';
import { AppError } from '../../../errors/app-error.js';
import { callerOf, type Handler } from '../../../middleware/context.js';
import { assertPreconditions } from '../../../middleware/preconditions.js';
import { AuditEvent } from '../../../models/audit-event.js';
import { lockActiveAccount } from '../../../models/credential.js';
import { recordEndedSessions } from '../../../models/ended-sessions.js';
import { deleteAccount } from '../../../models/user-lifecycle.js';
import type { Services } from '../../../services.js';
import { reauthenticate } from './reauthenticate.js';

/**
 * DELETE /api/v1/users/me: deletes the own account, with the password or, without one, after a recent sign-in. It can be
 * restored for `users.deletionGrace`, and is erased then.
 * @throws {AppError} validation_failed, insufficient_user_authentication, too_many_attempts, wrong_password, overloaded,
 * precondition_failed (If-Match), last_admin, invalid_token
 */
export const deleteMe = (services: Services): Handler<DeleteMeBody> =>
  async function deleteMe(ctx) {
    const { userId, userVersion } = callerOf(ctx);
    const { body, now, requestMetadata } = ctx.state;
    const password = { value: body.password, path: '/password' };
    const checked = await reauthenticate(services, ctx, password, 'user.deleted');
    await services.db.transaction(async (trx) => {
      const user = await lockActiveAccount(trx, userId, now);
      if (!user) throw new AppError('invalid_token');
      if (user.passwordHash !== checked.passwordHash) throw new AppError('wrong_password');
      assertPreconditions(ctx, user.etag);
      const ended = await deleteAccount(trx, user, now);
      const about = { actorId: userId, subjectId: userId };
      await AuditEvent.record(trx, { action: 'user.deleted', result: 'success', ...about }, requestMetadata);
      await recordEndedSessions(trx, ended, about, requestMetadata);
    });
    await services.cache.delete('user', `${userId}:${userVersion}`);
    ctx.status = 204;
  };
