import type { UserPath } from '../contract/admin-user.js';
import { actorOf, callerOf, transactionOf, type ApiContext } from '../middleware/context.js';
import { assertPreconditions } from '../middleware/preconditions.js';
import { requireRecentLogin } from '../middleware/recent-login.js';
import { lockAccount } from '../models/accounts/account-lifecycle.js';
import { assertCanManage } from '../models/roles/authorization.js';
import type { User } from '../models/accounts/user.js';

/**
 * Locks the account in the path, if the caller can manage it.
 * @param options.preconditions `later` if the handler checks If-Match itself, after the body
 * @throws {AppError} not_found, forbidden for an account with a permission that the caller lacks, precondition_failed
 */
export const lockManagedAccount = async (
  ctx: ApiContext<unknown, unknown, UserPath>,
  { preconditions }: { readonly preconditions?: 'later' } = {},
): Promise<User> => {
  const { trx } = transactionOf(ctx);
  const user = await lockAccount(trx, ctx.state.params.id);
  await assertCanManage(trx, callerOf(ctx).userId, user.id);
  if (preconditions === undefined) assertPreconditions(ctx, user.etag);
  return user;
};

/**
 * Requires a recent login if the path names the caller's own account, which a stolen access token could otherwise take over.
 * @throws {AppError} insufficient_user_authentication
 */
export const requireRecentLoginForOwnAccount = (ctx: ApiContext<unknown, unknown, UserPath>): void => {
  if (ctx.state.params.id.toLowerCase() === actorOf(ctx).actorId) requireRecentLogin(ctx);
};
