import type { Connection, Transaction } from '../../database/database.js';
import { AppError, type FieldError } from '../../errors/app-error.js';
import type { Actor } from '../actor.js';
import { assertNotLastAdmin } from './administrator.js';
import { AuditEvent } from '../audit/audit-event.js';
import { assertCanGrantRoles } from './authorization.js';

const namesOf = async (db: Connection, query: string, value: string | string[]): Promise<string[]> => {
  const { rows } = await db.raw<{ rows: { name: string }[] }>(query, [value]);
  return rows.map(({ name }) => name);
};

/**
 * An error for each role that does not exist.
 * @param lock SQL at the end of the query that locks the roles
 */
export const unknownRoleErrors = async (db: Connection, roles: readonly string[], lock = ''): Promise<FieldError[]> => {
  const known = new Set(await namesOf(db, `SELECT name FROM roles WHERE name = ANY(?) ${lock}`, [...roles]));
  return roles.flatMap((name, index) =>
    known.has(name)
      ? []
      : [{ path: `/roles/${String(index)}`, code: 'unknown_role', message: 'is not an existing role' }],
  );
};

/** @throws {AppError} validation_failed for roles that do not exist */
export const assertRolesExist = async (db: Connection, roles: readonly string[], lock = ''): Promise<void> => {
  const errors = await unknownRoleErrors(db, roles, lock);
  if (errors.length > 0) throw new AppError('validation_failed', { errors });
};

/**
 * Checks that an actor may assign roles, and locks the roles until the transaction ends.
 * @throws {AppError} validation_failed for a role that does not exist, forbidden for one beyond the permissions of the actor
 */
export const assertCanAssignRoles = async (trx: Transaction, actor: Actor, roles: readonly string[]): Promise<void> => {
  // Locked, so that none of them is deleted before it is assigned.
  await assertRolesExist(trx, roles, 'ORDER BY name FOR KEY SHARE');
  await assertCanGrantRoles(trx, actor, roles);
};

/**
 * Sets the roles of a locked account, on behalf of an actor who may manage it. The version of the account changes (by a
 * trigger on `user_roles`), so cached representations are outdated.
 * @throws {AppError} validation_failed for an unknown role, forbidden for one beyond the permissions of the actor, last_admin
 */
export const replaceRoles = async (
  trx: Transaction,
  actor: Actor,
  userId: string,
  { roles, now }: { readonly roles: readonly string[]; readonly now: Date },
): Promise<void> => {
  await assertCanAssignRoles(trx, actor, roles);
  // Read after the requested roles are locked, which blocks renames of them; the others are removed by id.
  const { rows: held } = await trx.raw<{ rows: { id: string; name: string }[] }>(
    'SELECT r.id, r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = ? ORDER BY r.name',
    [userId],
  );
  const added = [...new Set(roles)].filter((name) => !held.some((role) => role.name === name));
  const taken = held.filter(({ name }) => !roles.includes(name));
  const removed = taken.map(({ name }) => name);
  if (removed.includes('admin')) await assertNotLastAdmin(trx, userId, now);
  if (added.length + removed.length === 0) return;
  await trx.raw('DELETE FROM user_roles WHERE user_id = ? AND role_id = ANY(?::uuid[])', [
    userId,
    taken.map(({ id }) => id),
  ]);
  await trx.raw('INSERT INTO user_roles (user_id, role_id) SELECT ?, id FROM roles WHERE name = ANY(?)', [
    userId,
    added,
  ]);
  await AuditEvent.record(trx, 'user.roles_changed', actor, { subjectId: userId, details: { added, removed } });
};
