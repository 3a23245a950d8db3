import type { RolePath } from '../../../contract/role.js';
import { callerOf, type Handler } from '../../../middleware/context.js';
import { assertPreconditions } from '../../../middleware/preconditions.js';
import { AuditEvent } from '../../../models/audit-event.js';
import { assertCanGrantRoles } from '../../../models/authorization.js';
import { Role } from '../../../models/role.js';
import type { Services } from '../../../services.js';

/**
 * DELETE /api/v1/admin/roles/{name}: removes a role that nobody holds.
 * @throws {AppError} not_found, builtin_role, forbidden for a role beyond the caller's own rights, role_in_use,
 * precondition_failed
 */
export const deleteRole = ({ db }: Services): Handler<unknown, unknown, RolePath> =>
  async function deleteRole(ctx) {
    const { params, requestMetadata } = ctx.state;
    const { userId: actorId } = callerOf(ctx);
    await db.transaction(async (trx) => {
      const role = await Role.lock(trx, params.name);
      await assertCanGrantRoles(trx, actorId, [role.name]);
      assertPreconditions(ctx, role.etag);
      await role.remove(trx);
      const about = { actorId, subjectId: null, details: { role: role.name } };
      await AuditEvent.record(trx, { action: 'role.deleted', result: 'success', ...about }, requestMetadata);
    });
    ctx.status = 204;
  };
