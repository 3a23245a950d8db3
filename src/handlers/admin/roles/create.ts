import type { RoleBody } from '../../../contract/role.js';
import { callerOf, type Handler } from '../../../middleware/context.js';
import { AuditEvent } from '../../../models/audit-event.js';
import { assertCanGrantPermissions } from '../../../models/authorization.js';
import { Role } from '../../../models/role.js';
import type { Services } from '../../../services.js';

/**
 * POST /api/v1/admin/roles: makes a role.
 * @throws {AppError} forbidden for a permission that the caller lacks, role_exists
 */
export const createRole = ({ db }: Services): Handler<RoleBody> =>
  async function createRole(ctx) {
    const { body, requestMetadata, idempotencyLock } = ctx.state;
    const { userId: actorId } = callerOf(ctx);
    const answer = await db.transaction(async (trx) => {
      await assertCanGrantPermissions(trx, actorId, body.permissions ?? []);
      const role = (await Role.create(trx, body)).toPublic();
      const about = { actorId, subjectId: null, details: { role: role.name, permissions: role.permissions } };
      await AuditEvent.record(trx, { action: 'role.created', result: 'success', ...about }, requestMetadata);
      const made = { status: 201, body: role, headers: { Location: `/api/v1/admin/roles/${role.name}` } };
      await idempotencyLock?.complete(trx, made, null);
      return made;
    });
    ctx.status = answer.status;
    ctx.set(answer.headers);
    ctx.body = answer.body;
  };
