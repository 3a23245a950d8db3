import type { RolePath } from '../../../contract/role.js';
import type { Handler } from '../../../middleware/context.js';
import { Role } from '../../../models/roles/role.js';
import type { Services } from '../../../services.js';

/**
 * GET /api/v1/admin/roles/{name}: returns one role.
 * @throws {AppError} not_found
 */
export const showRole = ({ db }: Services): Handler<unknown, unknown, RolePath> =>
  async function showRole(ctx) {
    const role = await db.read((connection) => Role.findByName(connection, ctx.state.params.name));
    ctx.set('ETag', role.etag);
    ctx.body = role.toPublic();
  };
