import type { RolePatch, RolePath } from '../../../contract/role.js';
import { callerOf, type Handler } from '../../../middleware/context.js';
import { assertPreconditions } from '../../../middleware/preconditions.js';
import { AuditEvent } from '../../../models/audit-event.js';
import { assertCanGrantPermissions, assertCanGrantRoles } from '../../../models/authorization.js';
import { Role } from '../../../models/role.js';
import type { Services } from '../../../services.js';

/**
 * PATCH /api/v1/admin/roles/{name}: changes a role; it bites for everyone who holds it from this answer on.
 * @throws {AppError} not_found, builtin_role, forbidden for a permission that the caller lacks, role_exists,
 * precondition_failed
 */
export const updateRole = ({ db }: Services): Handler<RolePatch, unknown, RolePath> =>
  async function updateRole(ctx) {
    const { body, params, requestMetadata } = ctx.state;
    const { userId: actorId } = callerOf(ctx);
    const role = await db.transaction(async (trx) => {
      const before = await Role.lock(trx, params.name);
      await assertCanGrantRoles(trx, actorId, [before.name]);
      await assertCanGrantPermissions(trx, actorId, body.permissions ?? []);
      assertPreconditions(ctx, before.etag);
      const after = await before.change(trx, body);
      const added = after.permissions.filter((name) => !before.permissions.includes(name));
      const removed = before.permissions.filter((name) => !after.permissions.includes(name));
      const details = { role: before.name, fields: Object.keys(body), added, removed };
      const about = { actorId, subjectId: null, details };
      await AuditEvent.record(trx, { action: 'role.updated', result: 'success', ...about }, requestMetadata);
      return after;
    });
    ctx.set('ETag', role.etag);
    ctx.body = role.toPublic();
  };
