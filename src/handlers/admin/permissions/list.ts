import type { ListQuery } from '../../../contract/list.js';
import type { Handler } from '../../../middleware/context.js';
import { Permission } from '../../../models/roles/permission.js';
import type { Services } from '../../../services.js';

/** GET /api/v1/admin/permissions: lists all permissions. */
export const listPermissions = ({ db }: Services): Handler<unknown, ListQuery> =>
  async function listPermissions(ctx) {
    const page = await db.read((connection) => Permission.page(connection, ctx.state.query));
    const data = page.rows.map(({ name, description }) => ({ name, description }));
    ctx.body = { data, next_cursor: page.nextCursor };
  };
