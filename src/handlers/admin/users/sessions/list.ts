import type { UserPath } from '../../../../contract/admin-user.js';
import type { ListQuery } from '../../../../contract/list.js';
import type { Handler } from '../../../../middleware/context.js';
import { NIL_UUID } from '../../../../models/base-model.js';
import { Session } from '../../../../models/session.js';
import type { Services } from '../../../../services.js';
import { lockTarget } from '../target.js';

/**
 * GET /api/v1/admin/users/{id}/sessions: where somebody is logged in, newest first. It is for those who may end them.
 * @throws {AppError} not_found, forbidden
 */
export const listUserSessions = ({ db }: Services): Handler<unknown, ListQuery, UserPath> =>
  async function listUserSessions(ctx) {
    const { now, query } = ctx.state;
    const page = await db.transaction(async (trx) => {
      const { user } = await lockTarget(trx, ctx);
      return Session.page(trx, user.id, now, query);
    });
    ctx.body = { data: page.rows.map((session) => session.toPublic(NIL_UUID)), next_cursor: page.nextCursor };
  };
