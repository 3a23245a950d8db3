import type { UserPath } from '../../../contract/admin-user.js';
import type { Handler } from '../../../middleware/context.js';
import { assertConditions } from '../../../middleware/if-match.js';
import { AuditEvent } from '../../../models/audit-event.js';
import { eraseAccount } from '../../../models/user-lifecycle.js';
import type { Services } from '../../../services.js';
import { lockTarget } from './target.js';

/**
 * POST /api/v1/admin/users/{id}/erase: erases an account for good, deleted before or not. What is left of it is its id
 * in the audit trail; its name is free again.
 * @throws {AppError} not_found, forbidden, last_admin, precondition_failed (If-Match)
 */
export const eraseUser = ({ db }: Services): Handler<unknown, unknown, UserPath> =>
  async function eraseUser(ctx) {
    const { now, origin } = ctx.state;
    await db.transaction(async (trx) => {
      const { user, act } = await lockTarget(trx, ctx);
      assertConditions(ctx, user.etag);
      await eraseAccount(trx, user, now);
      // Who erases the own account leaves no trace of where from either.
      const from = act.actorId === act.subjectId ? null : origin;
      await AuditEvent.record(trx, { action: 'user.erased', result: 'success', ...act }, from);
    });
    ctx.status = 204;
  };
