import type { UserPath } from '../../../contract/admin-user.js';
import type { Handler } from '../../../middleware/context.js';
import { assertPreconditions } from '../../../middleware/preconditions.js';
import { AuditEvent } from '../../../models/audit-event.js';
import { recordEndedSessions } from '../../../models/ended-sessions.js';
import { deleteAccount } from '../../../models/user-lifecycle.js';
import type { Services } from '../../../services.js';
import { lockTarget } from './target.js';

/**
 * DELETE /api/v1/admin/users/{id}: deletes an account softly; its sessions end. Once deleted, it stays as it is.
 * @throws {AppError} not_found, forbidden, precondition_failed (If-Match), last_admin
 */
export const deleteUser = ({ db }: Services): Handler<unknown, unknown, UserPath> =>
  async function deleteUser(ctx) {
    const { now, requestMetadata } = ctx.state;
    await db.transaction(async (trx) => {
      const { user, act } = await lockTarget(trx, ctx);
      assertPreconditions(ctx, user.etag);
      if (user.deletedAt !== null) return;
      const ended = await deleteAccount(trx, user, now);
      await AuditEvent.record(trx, { action: 'user.deleted', result: 'success', ...act }, requestMetadata);
      await recordEndedSessions(trx, ended, act, requestMetadata);
    });
    ctx.status = 204;
  };
