import type { UserPath, UserRolesBody } from '../../../contract/admin-user.js';
import { actorOf, transactionOf, type Handler } from '../../../middleware/context.js';
import { assertPreconditions } from '../../../middleware/preconditions.js';
import { User } from '../../../models/accounts/user.js';
import { assertRolesExist, replaceRoles } from '../../../models/roles/user-roles.js';
import { lockManagedAccount } from '../../../policies/managed-account.js';

/**
 * PUT /api/v1/admin/users/{id}/roles: replaces the roles of an account, with effect on the next request to any instance.
 * @throws {AppError} validation_failed for an unknown role, not_found, forbidden for an account or a role with a permission
 * that the caller lacks, last_admin, precondition_failed (If-Match)
 */
export const replaceUserRoles = (): Handler<UserRolesBody, unknown, UserPath> =>
  async function replaceUserRoles(ctx) {
    const { body, now } = ctx.state;
    const { trx } = transactionOf(ctx);
    // 422 comes before 404.
    await assertRolesExist(trx, body.roles);
    const user = await lockManagedAccount(ctx, { preconditions: 'later' });
    await replaceRoles(trx, actorOf(ctx), user.id, { roles: body.roles, now });
    // Checked against the version that was found. Unknown and forbidden roles are rejected first.
    assertPreconditions(ctx, user.etag);
    const changed = (await User.findAccount(trx, user.id)) as User;
    ctx.set('ETag', changed.etag);
    ctx.body = changed.toAdmin(now);
  };
