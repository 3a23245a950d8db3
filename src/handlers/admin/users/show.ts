import type { UserPath } from '../../../contract/admin-user.js';
import { Id } from '../../../contract/user.js';
import { notFound } from '../../../errors/not-found.js';
import type { Handler } from '../../../middleware/context.js';
import { User } from '../../../models/accounts/user.js';
import type { Services } from '../../../services.js';

/**
 * GET /api/v1/admin/users/{id}: returns one account, which may be deleted.
 * @throws {AppError} not_found
 */
export const showUser = ({ db }: Services): Handler<unknown, unknown, UserPath> =>
  async function showUser(ctx) {
    const {
      params: { id },
      now,
    } = ctx.state;
    const isId = Id.safeParse(id).success;
    const user = isId ? await db.read((connection) => User.findAccount(connection, id)) : undefined;
    if (!user) throw notFound('user with ID', id);
    // When a block expires, the response changes but the version does not.
    ctx.state.isTimeBound = user.blockedUntil !== null && user.blockedUntil <= now;
    ctx.set('ETag', user.etag);
    ctx.body = user.toAdmin(now);
  };
