import type { UserPath } from '../contract/admin-user.js';
import { Instant } from '../contract/instant.js';
import { RoleName } from '../contract/role.js';
import { AppError } from '../errors/app-error.js';
import { callerOf, transactionOf, type ApiContext } from '../middleware/context.js';
import { assertPreconditions } from '../middleware/preconditions.js';
import { requireRecentLogin } from '../middleware/recent-login.js';
import type { BodyCheck } from '../middleware/validate.js';
import { lockAccount } from '../models/accounts/account-lifecycle.js';
import { blockEndErrors } from '../models/accounts/profile.js';
import { assertCanManage } from '../models/roles/authorization.js';
import { unknownRoleErrors } from '../models/roles/user-roles.js';
import type { User } from '../models/accounts/user.js';
import type { Services } from '../services.js';

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

const isOwnAccount = (ctx: ApiContext<unknown, unknown, UserPath>): boolean =>
  ctx.state.params.id.toLowerCase() === callerOf(ctx).userId;

/**
 * Rejects a change of the caller's own account for which the route for users requires the password. Otherwise a stolen access
 * token could take over the account.
 * @param instruction what to use instead, as a sentence
 * @throws {AppError} forbidden
 */
export const rejectOwnAccount = (ctx: ApiContext<unknown, unknown, UserPath>, instruction: string): void => {
  if (isOwnAccount(ctx)) throw new AppError('forbidden', { detail: instruction });
};

/**
 * Requires a recent login if the path names the caller's own account.
 * @throws {AppError} insufficient_user_authentication
 */
export const requireRecentLoginForOwnAccount = (ctx: ApiContext<unknown, unknown, UserPath>): void => {
  if (isOwnAccount(ctx)) requireRecentLogin(ctx);
};

/** A field of a body that has not been validated. */
const fieldOf = (body: unknown, field: string): unknown =>
  typeof body === 'object' && body !== null && Object.hasOwn(body, field)
    ? (body as Record<string, unknown>)[field]
    : undefined;

/** Finds the roles that do not exist in a body that its schema rejects. */
export const checkRoles = ({ db }: Services): BodyCheck =>
  async function checkRoles(_ctx, body) {
    const roles = fieldOf(body, 'roles');
    if (!Array.isArray(roles) || !roles.every((name) => RoleName.safeParse(name).success)) return [];
    return db.read((reader) => unknownRoleErrors(reader, roles as string[]));
  };

/** Finds an end of a block in the past in a body that its schema rejects. */
export const checkBlockEnd = (): BodyCheck =>
  function checkBlockEnd(ctx, body) {
    const until = Instant.safeParse(fieldOf(body, 'blocked_until'));
    return fieldOf(body, 'status') === 'blocked' && until.success ? blockEndErrors(until.data, ctx.state.now) : [];
  };
