import type { UserPath } from '../../../contract/admin-user.js';
import type { Handler } from '../../../middleware/context.js';
import { assertPreconditions } from '../../../middleware/preconditions.js';
import { AuditEvent } from '../../../models/audit-event.js';
import { User } from '../../../models/user.js';
import { restoreAccount } from '../../../models/user-lifecycle.js';
import type { Services } from '../../../services.js';
import { lockTarget } from './target.js';

/**
 * POST /api/v1/admin/users/{id}/restore: takes back a deletion. An account that is not deleted stays as it is.
 * @throws {AppError} not_found, forbidden, precondition_failed (If-Match)
 */
export const restoreUser = ({ db }: Services): Handler<unknown, unknown, UserPath> =>
  async function restoreUser(ctx) {
    const { now, requestMetadata } = ctx.state;
    const restored = await db.transaction(async (trx) => {
      const { user, act } = await lockTarget(trx, ctx);
      assertPreconditions(ctx, user.etag);
      if (user.deletedAt !== null) {
        await restoreAccount(trx, user);
        await AuditEvent.record(trx, { action: 'user.restored', result: 'success', ...act }, requestMetadata);
      }
      return (await User.findAccount(trx, user.id)) as User;
    });
    ctx.set('ETag', restored.etag);
    ctx.body = restored.toAdmin(now);
  };
