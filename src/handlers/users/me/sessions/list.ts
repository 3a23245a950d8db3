import type { ListQuery } from '../../../../contract/list.js';
import { callerOf, type Handler } from '../../../../middleware/context.js';
import { Session } from '../../../../models/sessions/session.js';
import type { Services } from '../../../../services.js';

/** GET /api/v1/users/me/sessions: lists the sessions of the caller, newest first. */
export const listSessions = ({ db }: Services): Handler<unknown, ListQuery> =>
  async function listSessions(ctx) {
    const { id, userId } = callerOf(ctx);
    const page = await db.read((connection) => Session.page(connection, userId, ctx.state.now, ctx.state.query));
    ctx.body = { data: page.rows.map((session) => session.toPublic(id)), next_cursor: page.nextCursor };
  };
