import type { UserPath } from '../../../contract/admin-user.js';
import { AppError } from '../../../errors/app-error.js';
import { actorOf, transactionOf, type Handler } from '../../../middleware/context.js';
import { assertPreconditions } from '../../../middleware/preconditions.js';
import { issuePasswordResetToken } from '../../../models/accounts/account-lifecycle.js';
import { lockManagedAccount, rejectOwnAccount } from '../../../policies/managed-account.js';
import type { Services } from '../../../services.js';

/**
 * POST /api/v1/admin/users/{id}/password-reset: issues a one-time token for the administrator to pass on to the user.
 * The administrator never learns or sets the password. Failed logins are cleared. The token is shown once: a replay
 * (Idempotency-Key) has null instead.
 * @throws {AppError} not_found also for a deleted account, forbidden (also for the caller's own account),
 * precondition_failed (If-Match)
 */
export const resetPassword = ({ attempts }: Services): Handler<unknown, unknown, UserPath> =>
  async function resetPassword(ctx) {
    const { settings, now, idempotencyLock } = ctx.state;
    rejectOwnAccount(ctx, 'Change your own password with PUT /api/v1/users/me/password.');
    const { trx, afterCommit } = transactionOf(ctx);
    const user = await lockManagedAccount(ctx, { preconditions: 'later' });
    if (user.deletedAt !== null) throw new AppError('not_found', { detail: `User ${user.id} is deleted.` });
    assertPreconditions(ctx, user.etag);
    const { ttl } = settings.auth.passwordReset;
    const { token, expiresAt } = await issuePasswordResetToken(trx, actorOf(ctx), user, { now, ttl });
    afterCommit(() => {
      attempts.clearRecent();
    });
    const issued = { token, expires_at: expiresAt.toISOString() };
    await idempotencyLock?.complete(trx, { status: 201, body: { ...issued, token: null }, headers: {} }, user.id);
    ctx.status = 201;
    ctx.body = issued;
  };
