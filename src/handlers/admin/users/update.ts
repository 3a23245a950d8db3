import type { AdminUserPatch, UserPath } from '../../../contract/admin-user.js';
import { actorOf, transactionOf, type Handler } from '../../../middleware/context.js';
import { assertPreconditions } from '../../../middleware/preconditions.js';
import { consumeMailRequestLimit } from '../../../middleware/rate-limit.js';
import { assertBlockEnd, profileChangeOf, updateProfile, updateStatus } from '../../../models/accounts/profile.js';
import { User } from '../../../models/accounts/user.js';
import { isEmailOf } from '../../../models/accounts/verified-email.js';
import { lockManagedAccount, rejectOwnAccount } from '../../../policies/managed-account.js';
import type { Services } from '../../../services.js';

const statusFields: ReadonlySet<string> = new Set(['status', 'blocked_reason', 'blocked_until']);

/**
 * PATCH /api/v1/admin/users/{id}: changes the profile, and blocks (with an optional reason and end) or unblocks.
 * @throws {AppError} rate_limited, not_found, forbidden (also for a new email address of the caller's own account),
 * precondition_failed (If-Match), last_admin, validation_failed
 */
export const updateUser = (services: Services): Handler<AdminUserPatch, unknown, UserPath> =>
  async function updateUser(ctx) {
    const { body, now } = ctx.state;
    const { email, status, blocked_reason: reason, blocked_until: until } = body;
    if (status === 'blocked') assertBlockEnd(until, now);
    const { trx, afterCommit } = transactionOf(ctx);
    const actor = actorOf(ctx);
    const user = await lockManagedAccount(ctx, { preconditions: 'later' });
    if (email !== undefined && email !== user.email) {
      rejectOwnAccount(ctx, 'Change your own email address with PATCH /api/v1/users/me.');
    }
    if (typeof email === 'string' && !isEmailOf(user, email)) await consumeMailRequestLimit(services, ctx);
    const fields = Object.keys(body).filter((name) => !statusFields.has(name));
    const isMailed = await updateProfile(trx, actor, user, { change: profileChangeOf(body), fields, now });
    await updateStatus(trx, actor, user, { status, reason, until, now });
    // Checked against the version that was found. An invalid body is rejected first.
    assertPreconditions(ctx, user.etag);
    if (isMailed) {
      afterCommit(() => {
        services.outboxSignal.notify();
      });
    }
    const after = (await User.findAccount(trx, user.id)) as User;
    ctx.set('ETag', after.etag);
    ctx.body = after.toAdmin(now);
  };
