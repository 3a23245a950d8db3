import type { Transaction } from '../../database/database.js';
import type { Actor } from '../actor.js';
import { AuditEvent } from '../audit/audit-event.js';
import { assertCanGrantPermissions, assertCanGrantRoles } from './authorization.js';
import { Role, type RoleChange } from './role.js';

/**
 * Creates a role.
 * @throws {AppError} forbidden for a permission that the actor lacks, role_exists
 */
export const createRole = async (trx: Transaction, actor: Actor, change: RoleChange): Promise<Role> => {
  await assertCanGrantPermissions(trx, actor, change.permissions ?? []);
  const role = await Role.create(trx, change);
  await AuditEvent.record(trx, 'role.created', actor, { details: { role: role.name, permissions: role.permissions } });
  return role;
};

/**
 * Changes a role, for all users who hold it.
 * @param assertPreconditions checks the entity tag of the locked role
 * @throws {AppError} not_found, builtin_role, forbidden for a permission that the actor lacks, role_exists
 */
export const updateRole = async (
  trx: Transaction,
  actor: Actor,
  name: string,
  {
    change,
    assertPreconditions,
  }: { readonly change: RoleChange; readonly assertPreconditions: (etag: string) => void },
): Promise<Role> => {
  const before = await Role.lock(trx, name);
  await assertCanGrantRoles(trx, actor, [before.name]);
  await assertCanGrantPermissions(trx, actor, change.permissions ?? []);
  assertPreconditions(before.etag);
  const after = await before.change(trx, change);
  const added = after.permissions.filter((permission) => !before.permissions.includes(permission));
  const removed = before.permissions.filter((permission) => !after.permissions.includes(permission));
  const details = { role: before.name, fields: Object.keys(change), added, removed };
  await AuditEvent.record(trx, 'role.updated', actor, { details });
  return after;
};

/**
 * Deletes a role that no user holds.
 * @param assertPreconditions checks the entity tag of the locked role
 * @throws {AppError} not_found, builtin_role, forbidden for a role with a permission that the actor lacks, role_in_use
 */
export const deleteRole = async (
  trx: Transaction,
  actor: Actor,
  name: string,
  assertPreconditions: (etag: string) => void,
): Promise<void> => {
  const role = await Role.lock(trx, name);
  await assertCanGrantRoles(trx, actor, [role.name]);
  assertPreconditions(role.etag);
  await role.remove(trx);
  await AuditEvent.record(trx, 'role.deleted', actor, { details: { role: role.name } });
};
