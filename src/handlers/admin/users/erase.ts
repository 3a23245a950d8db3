import type { UserPath } from '../../../contract/admin-user.js';
import { notFound } from '../../../errors/not-found.js';
import type { Handler } from '../../../middleware/context.js';
import { assertPreconditions } from '../../../middleware/preconditions.js';
import { eraseNow, requestErasure } from '../../../models/account-erasure.js';
import type { Services } from '../../../services.js';
import { lockTarget } from './target.js';

/**
 * POST /api/v1/admin/users/{id}/erase: erases an account for good, deleted before or not. What is left of it is its id
 * in the audit trail; its name is free again. An account with much data takes as long as it takes: the deletion is not cut
 * off by `database.statementTimeout`, and continues in the background if the connection or the process ends.
 * @throws {AppError} not_found, forbidden, last_admin, precondition_failed (If-Match)
 */
export const eraseUser = ({ db }: Services): Handler<unknown, unknown, UserPath> =>
  async function eraseUser(ctx) {
    const { now, requestMetadata, deadline } = ctx.state;
    const id = await db.transaction(async (trx) => {
      const { user, act } = await lockTarget(trx, ctx);
      assertPreconditions(ctx, user.etag);
      await requestErasure(trx, user, { actorId: act.actorId, now });
      return user.id;
    });
    const terms = { now, requestMetadata, signal: new AbortController().signal };
    const isErased = await deadline.pausedDuring(() => eraseNow(db, id, terms));
    if (!isErased) throw notFound('user with ID', ctx.state.params.id);
    ctx.status = 204;
  };
