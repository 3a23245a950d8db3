import type { Permission } from '../../contract/permission.js';
import type { Transaction } from '../../database/database.js';
import { AppError } from '../../errors/app-error.js';
import type { Actor } from '../actor.js';
import { NIL_UUID } from '../base-model.js';

interface Found {
  readonly rows: readonly unknown[];
}

/** SQL query: ids of the permissions that a user's roles grant. */
const permissionsOf = (user: string): string =>
  `SELECT rp.permission_id FROM role_permissions rp JOIN user_roles ur ON ur.role_id = rp.role_id WHERE ur.user_id = ${user}`;

/** Whether the actor holds every permission in `required`. Permissions are never cached. */
const holdsAll = async (
  trx: Transaction,
  required: string,
  values: Readonly<Record<string, string | string[]>>,
): Promise<boolean> => {
  const lacking = await trx.raw<Found>(`(${required}) EXCEPT (${permissionsOf(':actorId')}) LIMIT 1`, { ...values });
  return lacking.rows.length === 0;
};

const assertHoldsAll = async (...wanted: Parameters<typeof holdsAll>): Promise<void> => {
  if (await holdsAll(...wanted)) return;
  throw new AppError('forbidden', { detail: 'This would require a permission that you do not have yourself.' });
};

/** Whether an actor holds every permission of an account. */
export const canManage = (trx: Transaction, actorId: string, userId: string): Promise<boolean> =>
  holdsAll(trx, permissionsOf(':userId'), { actorId, userId });

/**
 * Users cannot act on an account with a permission that they lack.
 * @throws {AppError} forbidden
 */
export const assertCanManage = (trx: Transaction, actorId: string, userId: string): Promise<void> =>
  assertHoldsAll(trx, permissionsOf(':userId'), { actorId, userId });

/** Commands and the service itself act without a request, and have every permission. */
const isUnrestricted = ({ actorId, requestMetadata }: Actor): boolean => actorId === null && requestMetadata === null;

/** `assertHoldsAll` for the permissions of an actor, who has none without an account. */
const assertActorHoldsAll = async (
  trx: Transaction,
  actor: Actor,
  wanted: string,
  values: Readonly<Record<string, string[]>>,
): Promise<void> => {
  if (isUnrestricted(actor)) return;
  await assertHoldsAll(trx, wanted, { ...values, actorId: actor.actorId ?? NIL_UUID });
};

/**
 * Users cannot grant, change or delete a role with a permission that they lack.
 * @throws {AppError} forbidden
 */
export const assertCanGrantRoles = (trx: Transaction, actor: Actor, roles: readonly string[]): Promise<void> =>
  assertActorHoldsAll(
    trx,
    actor,
    'SELECT rp.permission_id FROM role_permissions rp JOIN roles r ON r.id = rp.role_id WHERE r.name = ANY(:roles)',
    { roles: [...roles] },
  );

/**
 * Users cannot add a permission that they lack to a role.
 * @throws {AppError} forbidden
 */
export const assertCanGrantPermissions = (
  trx: Transaction,
  actor: Actor,
  permissions: readonly Permission[],
): Promise<void> =>
  assertActorHoldsAll(trx, actor, 'SELECT id FROM permissions WHERE name = ANY(:permissions)', {
    permissions: [...permissions],
  });
