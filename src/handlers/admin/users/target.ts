import type { UserPath } from '../../../contract/admin-user.js';
import type { Transaction } from '../../../database/database.js';
import { callerOf, type ApiContext } from '../../../middleware/context.js';
import { assertCanManage } from '../../../models/authorization.js';
import type { User } from '../../../models/user.js';
import { lockAccount } from '../../../models/user-lifecycle.js';

/** Who acts and on whom, as audit rows name them. */
export interface AuditSubject {
  readonly actorId: string;
  readonly subjectId: string;
}

/**
 * Whether the path names the caller's own account. What would let a stolen access token take it over needs a recent
 * sign-in there.
 */
export const isOwnAccount = (ctx: ApiContext<unknown, unknown, UserPath>): boolean =>
  ctx.state.params.id.toLowerCase() === callerOf(ctx).userId;

/**
 * Locks the account that the path names, once it is sure that the caller may act on it.
 * @throws {AppError} not_found; forbidden for an account that holds a permission which the caller lacks
 */
export const lockTarget = async (
  trx: Transaction,
  ctx: ApiContext<unknown, unknown, UserPath>,
): Promise<{ user: User; act: AuditSubject }> => {
  const { userId: actorId } = callerOf(ctx);
  const user = await lockAccount(trx, ctx.state.params.id);
  await assertCanManage(trx, actorId, user.id);
  return { user, act: { actorId, subjectId: user.id } };
};
