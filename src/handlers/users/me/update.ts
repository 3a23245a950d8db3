import type { ProfilePatch } from '../../../contract/user.js';
import { callerOf, type Handler } from '../../../middleware/context.js';
import { preconditionCheck } from '../../../middleware/preconditions.js';
import { consumeMailRequestLimit } from '../../../middleware/rate-limit.js';
import { profileChangeOf, updateOwnProfile } from '../../../models/accounts/profile.js';
import { reauthenticate } from '../../../policies/reauthentication.js';
import type { Services } from '../../../services.js';

/** The fields that were sent, with the names of the audit log. */
const fieldsOf = (body: ProfilePatch): string[] => Object.keys(body).filter((name) => name !== 'current_password');

/**
 * PATCH /api/v1/users/me: changes the profile of the current user; null clears a text. A new email address needs
 * reauthentication. While the current address is verified, the new one is pending and the owner of the current one gets a notice.
 * @throws {AppError} rate_limited, validation_failed, insufficient_user_authentication, too_many_attempts, wrong_password,
 * overloaded, precondition_failed (If-Match), invalid_token if the account was deleted
 */
export const updateMe = (services: Services): Handler<ProfilePatch> =>
  async function updateMe(ctx) {
    const { db, cache, outboxSignal } = services;
    const { userId, userVersion } = callerOf(ctx);
    const { body, now, requestMetadata } = ctx.state;
    const password = { value: body.current_password, path: '/current_password' };
    if (typeof body.email === 'string') await consumeMailRequestLimit(services, ctx);
    const checked =
      body.email === undefined
        ? undefined
        : await reauthenticate(services, ctx, password, 'user.email_change_requested');
    const { user, isMailed } = await updateOwnProfile(db, {
      ...{ userId, change: profileChangeOf(body), fields: fieldsOf(body), now, requestMetadata },
      ...(checked && { checkedHash: checked.passwordHash }),
      assertPreconditions: preconditionCheck(ctx),
    });
    if (isMailed) outboxSignal.notify();
    await cache.delete('user', `${userId}:${userVersion}`);
    ctx.set('ETag', user.etag);
    ctx.body = user.toPublic();
  };
