import type { UserPath } from '../../../contract/admin-user.js';
import { AppError } from '../../../errors/app-error.js';
import type { Handler } from '../../../middleware/context.js';
import { assertPreconditions } from '../../../middleware/preconditions.js';
import { requireRecentSignIn } from '../../../middleware/recent-sign-in.js';
import { AuditEvent } from '../../../models/audit-event.js';
import { OneTimeToken } from '../../../models/one-time-token.js';
import type { Services } from '../../../services.js';
import { isOwnAccount, lockTarget } from './target.js';

/**
 * POST /api/v1/admin/users/{id}/password-reset: issues a one-time token that an operator hands over; nobody but the
 * person learns or sets the password. Failed logins are forgotten. It is shown once: a replay (Idempotency-Key) has null in
 * its place.
 * @throws {AppError} not_found also for a deleted account, forbidden, precondition_failed (If-Match),
 * insufficient_user_authentication for the caller's own account
 */
export const resetPassword = ({ db, attempts }: Services): Handler<unknown, unknown, UserPath> =>
  async function resetPassword(ctx) {
    const { settings, now, requestMetadata, idempotencyLock } = ctx.state;
    if (isOwnAccount(ctx)) requireRecentSignIn(ctx);
    ctx.body = await db.transaction(async (trx) => {
      const { user, act } = await lockTarget(trx, ctx);
      if (user.deletedAt !== null) throw new AppError('not_found', { detail: `User ${user.id} is deleted.` });
      assertPreconditions(ctx, user.etag);
      const request = { purpose: 'password_reset', userId: user.id, address: null, now } as const;
      const { token, expiresAt } = await OneTimeToken.issue(trx, { ...request, ttl: settings.auth.passwordReset.ttl });
      await attempts.clear(trx, user);
      await AuditEvent.record(
        trx,
        { action: 'user.password_reset_requested', result: 'success', ...act },
        requestMetadata,
      );
      const shown = { token, expires_at: expiresAt.toISOString() };
      await idempotencyLock?.complete(trx, { status: 201, body: { ...shown, token: null }, headers: {} }, user.id);
      return shown;
    });
    ctx.status = 201;
  };
