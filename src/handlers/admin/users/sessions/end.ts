import type { UserPath } from '../../../../contract/admin-user.js';
import type { Handler } from '../../../../middleware/context.js';
import { assertPreconditions } from '../../../../middleware/preconditions.js';
import { NIL_UUID } from '../../../../models/base-model.js';
import { recordEndedSessions } from '../../../../models/ended-sessions.js';
import { Session } from '../../../../models/session.js';
import type { Services } from '../../../../services.js';
import { lockTarget } from '../target.js';

/**
 * DELETE /api/v1/admin/users/{id}/sessions: ends all sessions of somebody, on every instance.
 * @throws {AppError} not_found, forbidden, precondition_failed (If-Match)
 */
export const endUserSessions = ({ db }: Services): Handler<unknown, unknown, UserPath> =>
  async function endUserSessions(ctx) {
    const { now, requestMetadata } = ctx.state;
    await db.transaction(async (trx) => {
      const { user, act } = await lockTarget(trx, ctx);
      assertPreconditions(ctx, user.etag);
      const ended = await Session.endOthers(trx, user.id, NIL_UUID, now);
      await recordEndedSessions(trx, ended, act, requestMetadata);
    });
    ctx.status = 204;
  };
