import type { ListQuery } from '../../../contract/list.js';
import type { Handler } from '../../../middleware/context.js';
import { Role } from '../../../models/roles/role.js';
import type { Services } from '../../../services.js';

/** GET /api/v1/admin/roles: lists all roles with their permissions. */
export const listRoles = ({ db }: Services): Handler<unknown, ListQuery> =>
  async function listRoles(ctx) {
    const page = await db.read((connection) => Role.page(connection, ctx.state.query));
    ctx.body = { data: page.rows.map((role) => role.toPublic()), next_cursor: page.nextCursor };
  };
