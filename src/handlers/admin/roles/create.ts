import type { RoleBody } from '../../../contract/role.js';
import { actorOf, transactionOf, type Handler } from '../../../middleware/context.js';
import { createRole as addRole } from '../../../models/roles/role-management.js';

/**
 * POST /api/v1/admin/roles: creates a role.
 * @throws {AppError} forbidden for a permission that the caller lacks, role_exists
 */
export const createRole = (): Handler<RoleBody> =>
  async function createRole(ctx) {
    const { body, idempotencyLock } = ctx.state;
    const { trx } = transactionOf(ctx);
    const role = (await addRole(trx, actorOf(ctx), body)).toPublic();
    const headers = { Location: `/api/v1/admin/roles/${role.name}` };
    await idempotencyLock?.complete(trx, { status: 201, body: role, headers }, null);
    ctx.status = 201;
    ctx.set(headers);
    ctx.body = role;
  };
