import type { UserPath, UserRolesBody } from '../../../contract/admin-user.js';
import type { Handler } from '../../../middleware/context.js';
import { assertPreconditions } from '../../../middleware/preconditions.js';
import { AuditEvent } from '../../../models/audit-event.js';
import { User } from '../../../models/user.js';
import { replaceRoles } from '../../../models/user-roles.js';
import type { Services } from '../../../services.js';
import { lockTarget } from './target.js';

/**
 * PUT /api/v1/admin/users/{id}/roles: the account holds exactly these roles from this answer on, on every instance.
 * @throws {AppError} validation_failed for an unknown role, not_found, forbidden for an account or a role beyond the
 * caller's own rights, last_admin, precondition_failed (If-Match)
 */
export const replaceUserRoles = ({ db }: Services): Handler<UserRolesBody, unknown, UserPath> =>
  async function replaceUserRoles(ctx) {
    const { body, now, requestMetadata } = ctx.state;
    const changed = await db.transaction(async (trx) => {
      const { user, act } = await lockTarget(trx, ctx);
      const { added, removed } = await replaceRoles(trx, user.id, { actorId: act.actorId, roles: body.roles, now });
      // By the version found; not before, since unknown and forbidden roles are refused first.
      assertPreconditions(ctx, user.etag);
      if (added.length + removed.length > 0) {
        const details = { added, removed };
        await AuditEvent.record(
          trx,
          { action: 'user.roles_changed', result: 'success', ...act, details },
          requestMetadata,
        );
      }
      return (await User.findAccount(trx, user.id)) as User;
    });
    ctx.set('ETag', changed.etag);
    ctx.body = changed.toAdmin(now);
  };
