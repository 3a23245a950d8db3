import type { RolePath } from '../../../contract/role.js';
import { actorOf, transactionOf, type Handler } from '../../../middleware/context.js';
import { preconditionCheck } from '../../../middleware/preconditions.js';
import { deleteRole as removeRole } from '../../../models/roles/role-management.js';

/**
 * DELETE /api/v1/admin/roles/{name}: deletes a role that no user holds.
 * @throws {AppError} not_found, builtin_role, forbidden for a role with a permission that the caller lacks, role_in_use,
 * precondition_failed
 */
export const deleteRole = (): Handler<unknown, unknown, RolePath> =>
  async function deleteRole(ctx) {
    await removeRole(transactionOf(ctx).trx, actorOf(ctx), ctx.state.params.name, preconditionCheck(ctx));
    ctx.status = 204;
  };
