import type { Permission } from '../../contract/permission.js';
import type { Transaction } from '../../database/database.js';
import { AppError } from '../../errors/app-error.js';

interface Found {
  readonly rows: readonly unknown[];
}

/** Ids of the permissions that a person's roles grant. */
const permissionsOf = (person: string): string =>
  `SELECT rp.permission_id FROM role_permissions rp JOIN user_roles ur ON ur.role_id = rp.role_id WHERE ur.user_id = ${person}`;

/** Refuses when `wanted` has a permission that the actor lacks: rights are read at once, never cached. */
const assertHoldsAll = async (
  trx: Transaction,
  wanted: string,
  values: Readonly<Record<string, string | string[]>>,
): Promise<void> => {
  const lacking = await trx.raw<Found>(`(${wanted}) EXCEPT (${permissionsOf(':actorId')}) LIMIT 1`, { ...values });
  if (lacking.rows.length === 0) return;
  throw new AppError('forbidden', { detail: 'This would require a permission that you do not have yourself.' });
};

/**
 * Nobody acts on an account that holds a permission they lack themselves.
 * @throws {AppError} forbidden
 */
export const assertCanManage = (trx: Transaction, actorId: string, userId: string): Promise<void> =>
  assertHoldsAll(trx, permissionsOf(':userId'), { actorId, userId });

/**
 * Nobody grants, changes or deletes a role that holds a permission they lack themselves.
 * @throws {AppError} forbidden
 */
export const assertCanGrantRoles = (trx: Transaction, actorId: string, roles: readonly string[]): Promise<void> =>
  assertHoldsAll(
    trx,
    'SELECT rp.permission_id FROM role_permissions rp JOIN roles r ON r.id = rp.role_id WHERE r.name = ANY(:roles)',
    { actorId, roles: [...roles] },
  );

/**
 * Nobody puts a permission into a role that they lack themselves.
 * @throws {AppError} forbidden
 */
export const assertCanGrantPermissions = (
  trx: Transaction,
  actorId: string,
  permissions: readonly Permission[],
): Promise<void> =>
  assertHoldsAll(trx, 'SELECT id FROM permissions WHERE name = ANY(:permissions)', {
    actorId,
    permissions: [...permissions],
  });
