import type { ListQuery } from '../../../../contract/list.js';
import { callerOf, type Handler } from '../../../../middleware/context.js';
import { Greeting } from '../../../../models/greeting.js';
import type { Services } from '../../../../services.js';

/** GET /api/v1/users/me/greetings: lists the greetings of the caller, newest first. */
export const listGreetings = ({ db }: Services): Handler<unknown, ListQuery> =>
  async function listGreetings(ctx) {
    const { userId } = callerOf(ctx);
    const page = await db.read((connection) => Greeting.page(connection, userId, ctx.state.query));
    ctx.body = { data: page.rows.map((greeting) => greeting.toPublic()), next_cursor: page.nextCursor };
  };
