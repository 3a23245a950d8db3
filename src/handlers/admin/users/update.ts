import type { AdminUserPatch, UserPath } from '../../../contract/admin-user.js';
import type { Handler } from '../../../middleware/context.js';
import { assertPreconditions } from '../../../middleware/preconditions.js';
import { consumeMailRequestLimit } from '../../../middleware/rate-limit.js';
import { requireRecentSignIn } from '../../../middleware/recent-sign-in.js';
import { User, type ProfileChange } from '../../../models/user.js';
import { isEmailOf } from '../../../models/verified-email.js';
import type { Services } from '../../../services.js';
import { changeProfile, changeStatus } from './change.js';
import { isOwnAccount, lockTarget } from './target.js';

const statusFields: ReadonlySet<string> = new Set(['status', 'blocked_reason', 'blocked_until']);

/** The profile fields that were sent, under the names of the model. */
const profileOf = ({ email, description, current_goal: currentGoal, metadata }: AdminUserPatch): ProfileChange =>
  Object.fromEntries(
    Object.entries({ email, description, currentGoal, metadata }).filter(([, value]) => value !== undefined),
  );

/**
 * PATCH /api/v1/admin/users/{id}: changes the profile, blocks (with a reason and an end, if wanted) or unblocks.
 * @throws {AppError} rate_limited, not_found, forbidden, precondition_failed (If-Match), last_admin, validation_failed,
 * insufficient_user_authentication for the e-mail address of the caller's own account
 */
export const updateUser = (services: Services): Handler<AdminUserPatch, unknown, UserPath> =>
  async function updateUser(ctx) {
    const { body, now, requestMetadata } = ctx.state;
    if (body.email !== undefined && isOwnAccount(ctx)) requireRecentSignIn(ctx);
    const fields = Object.keys(body).filter((name) => !statusFields.has(name));
    const { after, hasMail } = await services.db.transaction(async (trx) => {
      const { user, act } = await lockTarget(trx, ctx);
      const { email = null } = body;
      if (email !== null && !isEmailOf(user, email)) await consumeMailRequestLimit(services, ctx);
      const change = { trx, user, act, requestMetadata, now };
      const isMailed = await changeProfile(change, profileOf(body), fields);
      await changeStatus(change, body);
      // By the version found; last, since a fault in the body is refused first.
      assertPreconditions(ctx, user.etag);
      return { after: (await User.findAccount(trx, user.id)) as User, hasMail: isMailed };
    });
    if (hasMail) services.outboxSignal.notify();
    ctx.set('ETag', after.etag);
    ctx.body = after.toAdmin(now);
  };
