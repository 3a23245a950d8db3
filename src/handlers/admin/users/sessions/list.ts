import type { UserPath } from '../../../../contract/admin-user.js';
import type { ListQuery } from '../../../../contract/list.js';
import { transactionOf, type Handler } from '../../../../middleware/context.js';
import { NIL_UUID } from '../../../../models/base-model.js';
import { Session } from '../../../../models/sessions/session.js';
import { lockManagedAccount } from '../../../../policies/managed-account.js';

/**
 * GET /api/v1/admin/users/{id}/sessions: lists the active sessions of a user, newest first, for callers who can end
 * them.
 * @throws {AppError} not_found, forbidden
 */
export const listUserSessions = (): Handler<unknown, ListQuery, UserPath> =>
  async function listUserSessions(ctx) {
    const { now, query } = ctx.state;
    const { id } = await lockManagedAccount(ctx, { preconditions: 'later' });
    const page = await Session.page(transactionOf(ctx).trx, id, now, query);
    ctx.body = { data: page.rows.map((session) => session.toPublic(NIL_UUID)), next_cursor: page.nextCursor };
  };
