import { BaseModel } from '../base-model.js';
import type { Permission as PermissionName } from '../../contract/permission.js';
import type { Connection } from '../../database/database.js';
import { keysetPage, type Page, type PageRequest } from '../page.js';

/** A right that roles grant, such as `tokens:introspect`. */
export class Permission extends BaseModel {
  static override readonly tableName = 'permissions';

  declare name: string;
  declare description: string;

  /** One page of all permissions. */
  static page(db: Connection, request: PageRequest): Promise<Page<Permission>> {
    return keysetPage(Permission.query(db), request);
  }
}

/** Whether the user is an operator: one of their roles grants a permission. */
export const holdsAnyPermission = async (db: Connection, userId: string): Promise<boolean> => {
  const found = await Permission.query(db)
    .whereRaw(
      `permissions.id IN (SELECT rp.permission_id FROM role_permissions rp
        JOIN user_roles ur ON ur.role_id = rp.role_id WHERE ur.user_id = ?)`,
      [userId],
    )
    .first();
  return found !== undefined;
};

/** The names of all permissions that one of the user's roles grants, in alphabetical order. */
export const permissionsOf = async (db: Connection, userId: string): Promise<PermissionName[]> => {
  const found = await Permission.query(db)
    .select('name')
    .whereRaw(
      `permissions.id IN (SELECT rp.permission_id FROM role_permissions rp
        JOIN user_roles ur ON ur.role_id = rp.role_id WHERE ur.user_id = ?)`,
      [userId],
    )
    .orderBy('name');
  return found.map(({ name }) => name as PermissionName);
};

/** Whether one of the user's roles grants the permission. Read from the database; permissions are never cached. */
export const holdsPermission = async (db: Connection, userId: string, permission: PermissionName): Promise<boolean> => {
  const found = await Permission.query(db)
    .where('permissions.name', permission)
    .whereRaw(
      `EXISTS (SELECT 1 FROM role_permissions rp JOIN user_roles ur ON ur.role_id = rp.role_id
        WHERE rp.permission_id = permissions.id AND ur.user_id = ?)`,
      [userId],
    )
    .first();
  return found !== undefined;
};
