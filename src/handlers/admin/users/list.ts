import type { AdminUserQuery } from '../../../contract/admin-user.js';
import type { Handler } from '../../../middleware/context.js';
import { searchUsers } from '../../../models/accounts/user-search.js';
import type { Services } from '../../../services.js';

/** GET /api/v1/admin/users: lists accounts, including deleted ones, newest first, with filters. */
export const listUsers = ({ db }: Services): Handler<unknown, AdminUserQuery> =>
  async function listUsers(ctx) {
    const { query, now } = ctx.state;
    const { q, status, role, metadata, created_after: createdAfter, created_before: createdBefore } = query;
    const filter = { q, status, role, metadata, createdAfter, createdBefore, now };
    const page = await db.read((connection) => searchUsers(connection, filter, query));
    ctx.body = { data: page.rows.map((user) => user.toAdmin(now)), next_cursor: page.nextCursor };
  };
