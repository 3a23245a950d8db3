import type { ProfilePatch } from '../../../contract/user.js';
import { callerOf, type Handler } from '../../../middleware/context.js';
import { versionCondition } from '../../../middleware/if-match.js';
import { AppError } from '../../../errors/app-error.js';
import { AuditEvent } from '../../../models/audit-event.js';
import { lockActiveAccount } from '../../../models/credential.js';
import { User, type ProfileChange } from '../../../models/user.js';
import { followAddress } from '../../../models/verified-address.js';
import type { Services } from '../../../services.js';

/** Only what was sent, under the names of the model. */
const changeOf = ({ current_goal: currentGoal, ...rest }: ProfilePatch): ProfileChange => {
  const change = { ...rest, currentGoal };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
};

/**
 * PATCH /api/v1/users/me: changes the own profile; null clears a text. A new address is asked for proof.
 * @throws {AppError} validation_failed, precondition_failed (If-Match), invalid_token when the account is gone meanwhile
 */
export const updateMe = ({ db, cache, mail }: Services): Handler<ProfilePatch> =>
  async function updateMe(ctx) {
    const { userId, userVersion } = callerOf(ctx);
    const change = changeOf(ctx.state.body);
    const isExpected = versionCondition(ctx);
    const { user, isMailed } = await db.transaction(async (trx) => {
      if (!(await lockActiveAccount(trx, userId, ctx.state.now))) throw new AppError('invalid_token');
      const { before, after } = await User.changeProfile(trx, userId, change, isExpected);
      const ids = { actorId: userId, subjectId: userId };
      const details = { fields: Object.keys(ctx.state.body) };
      await AuditEvent.record(trx, { action: 'user.updated', result: 'success', ...ids, details }, ctx.state.origin);
      if (before.email !== after.email) {
        await AuditEvent.record(trx, { action: 'user.email_changed', result: 'success', ...ids }, ctx.state.origin);
      }
      return { user: after, isMailed: await followAddress(trx, before, after, ctx.state.now) };
    });
    if (isMailed) mail.wake();
    await cache.delete('user', `${userId}:${String(userVersion)}`);
    ctx.set('ETag', user.etag);
    ctx.body = user.toPublic();
  };
