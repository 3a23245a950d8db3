import type { RolePatch, RolePath } from '../../../contract/role.js';
import { actorOf, transactionOf, type Handler } from '../../../middleware/context.js';
import { preconditionCheck } from '../../../middleware/preconditions.js';
import { updateRole as changeRole } from '../../../models/roles/role-management.js';

/**
 * PATCH /api/v1/admin/roles/{name}: changes a role, with effect on the next request of every user who holds it.
 * @throws {AppError} not_found, builtin_role, forbidden for a permission that the caller lacks, role_exists,
 * precondition_failed
 */
export const updateRole = (): Handler<RolePatch, unknown, RolePath> =>
  async function updateRole(ctx) {
    const { body, params } = ctx.state;
    const role = await changeRole(transactionOf(ctx).trx, actorOf(ctx), params.name, {
      change: body,
      assertPreconditions: preconditionCheck(ctx),
    });
    ctx.set('ETag', role.etag);
    ctx.body = role.toPublic();
  };
