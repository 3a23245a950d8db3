import { raw, type QueryBuilder } from 'objection';
import type { Permission } from '../../contract/permission.js';
import { entityTagOf } from '../../contract/entity-tag.js';
import { RoleName, type Role as PublicRole } from '../../contract/role.js';
import type { Connection, Transaction } from '../../database/database.js';
import { violatedConstraint } from '../../database/classify-error.js';
import { AppError } from '../../errors/app-error.js';
import { notFound } from '../../errors/not-found.js';
import { BaseModel } from '../base-model.js';
import { keysetPage, type Page, type PageRequest } from '../page.js';

/** Properties of a new or changed role. */
export interface RoleChange {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** All permissions of the role from now on. */
  readonly permissions?: readonly Permission[] | undefined;
}

/** Error codes of the constraints of a role. */
const codeOfConstraint: Readonly<Record<string, 'role_exists' | 'role_in_use'>> = {
  roles_name_key: 'role_exists',
  user_roles_role_id_fkey: 'role_in_use',
};

const toAppError = (error: unknown, name: string): unknown => {
  const code = codeOfConstraint[violatedConstraint(error) ?? ''];
  if (code === undefined) return error;
  const detail =
    code === 'role_exists'
      ? `A role named "${name}" already exists.`
      : `The role "${name}" is assigned to at least one account; remove it from all accounts first.`;
  return new AppError(code, { detail, cause: error });
};

/** A named set of permissions. */
export class Role extends BaseModel {
  static override readonly tableName = 'roles';

  declare name: string;
  declare description: string;
  /** Built-in roles cannot be changed. */
  declare builtin: boolean;
  /** Names of the permissions; loaded by the finders below. */
  declare permissions: Permission[];

  private static withPermissions(db: Connection): QueryBuilder<Role> {
    const names = raw(
      'ARRAY(SELECT p.name FROM role_permissions rp JOIN permissions p ON p.id = rp.permission_id WHERE rp.role_id = roles.id ORDER BY p.name)',
    );
    return Role.query(db).select('roles.*', names.as('permissions'));
  }

  /** One page of roles, newest first. */
  static page(db: Connection, request: PageRequest): Promise<Page<Role>> {
    return keysetPage(Role.withPermissions(db), request);
  }

  /** @throws {AppError} not_found */
  static async findByName(db: Connection, name: string): Promise<Role> {
    const role = RoleName.safeParse(name).success ? await Role.withPermissions(db).findOne({ name }) : undefined;
    if (!role) throw notFound('role', name);
    return role;
  }

  /**
   * Locks a role until the transaction ends, so that it can be changed or deleted.
   * @throws {AppError} not_found; builtin_role for a role that cannot be changed
   */
  static async lock(trx: Transaction, name: string): Promise<Role> {
    const { id } = await Role.findByName(trx, name);
    await Role.query(trx).findById(id).forUpdate();
    // Read after the lock: the locking query would return the permissions from before it waited.
    const role = await Role.withPermissions(trx).findById(id);
    if (!role) throw notFound('role', name);
    if (role.builtin) throw new AppError('builtin_role', { detail: `The role "${name}" is built in.` });
    return role;
  }

  /** @throws {AppError} role_exists: detected via the unique key, so concurrent requests cannot both succeed */
  static async create(trx: Transaction, { name, description = '', permissions = [] }: RoleChange): Promise<Role> {
    try {
      const { id } = await Role.query(trx).insert({ name: name ?? '', description });
      await Role.grant(trx, id, permissions);
      return await Role.findByName(trx, name ?? '');
    } catch (error) {
      throw toAppError(error, name ?? '');
    }
  }

  /**
   * Changes a locked role without writing to users. The entity tag of a user includes the names of the roles, so a rename
   * changes the tags of its holders; a trigger counts renames for cache keys.
   * @throws {AppError} role_exists
   */
  async change(trx: Transaction, { name, description, permissions }: RoleChange): Promise<Role> {
    try {
      await trx.raw('UPDATE roles SET name = coalesce(?, name), description = coalesce(?, description) WHERE id = ?', [
        name ?? null,
        description ?? null,
        this.id,
      ]);
    } catch (error) {
      throw toAppError(error, name ?? this.name);
    }
    if (permissions) {
      await trx.raw('DELETE FROM role_permissions WHERE role_id = ?', [this.id]);
      await Role.grant(trx, this.id, permissions);
    }
    return Role.findByName(trx, name ?? this.name);
  }

  /** @throws {AppError} role_in_use if a user has the role, which the foreign key detects */
  async remove(trx: Transaction): Promise<void> {
    try {
      await Role.query(trx).deleteById(this.id);
    } catch (error) {
      throw toAppError(error, this.name);
    }
  }

  private static async grant(trx: Transaction, roleId: string, permissions: readonly Permission[]): Promise<void> {
    await trx.raw(
      'INSERT INTO role_permissions (role_id, permission_id) SELECT ?, id FROM permissions WHERE name = ANY(?)',
      [roleId, [...permissions]],
    );
  }

  /** The strong entity tag of `toPublic()` (RFC 9110, 8.8.3). */
  get etag(): string {
    return entityTagOf(this.toPublic());
  }

  /** The representation for administrators. */
  toPublic(): PublicRole {
    const { name, description, permissions, builtin } = this;
    return { name, description, permissions, builtin };
  }
}
