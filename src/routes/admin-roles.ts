import { ListQuery } from '../contract/list.js';
import { PermissionPage, Role, RoleBody, RolePage, RolePatch, RolePath } from '../contract/role.js';
import { listPermissions } from '../handlers/admin/permissions/list.js';
import { createRole } from '../handlers/admin/roles/create.js';
import { deleteRole } from '../handlers/admin/roles/delete.js';
import { listRoles } from '../handlers/admin/roles/list.js';
import { showRole } from '../handlers/admin/roles/show.js';
import { updateRole } from '../handlers/admin/roles/update.js';
import { endpoint, type Endpoint } from './endpoint.js';

const etag = { ETag: 'Version of the role.' };

/** /api/v1/admin/roles and /api/v1/admin/permissions */
export const adminRoleRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/roles',
    module: 'admin/roles/list',
    operationId: 'listRoles',
    summary: 'List roles',
    description: 'All roles with their permissions.',
    caller: 'required',
    permission: 'roles:read',
    query: ListQuery,
    responses: { 200: { description: 'One page of roles, newest first.', schema: RolePage } },
    errors: [],
    handler: listRoles,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/roles',
    module: 'admin/roles/create',
    operationId: 'createRole',
    summary: 'Create a role',
    description: 'You cannot grant a permission that you lack.',
    caller: 'required',
    permission: 'roles:write',
    body: RoleBody,
    idempotent: true,
    responses: {
      201: { description: 'The role is created.', schema: Role, headers: { Location: 'Path of the role.' } },
    },
    errors: ['role_exists'],
    transaction: true,
    handler: createRole,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/roles/:name',
    module: 'admin/roles/show',
    operationId: 'getRole',
    summary: 'Get a role',
    description: 'The role with its permissions.',
    caller: 'required',
    permission: 'roles:read',
    params: RolePath,
    responses: { 200: { description: 'The role.', schema: Role, headers: etag } },
    errors: ['not_found'],
    handler: showRole,
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v1/admin/roles/:name',
    module: 'admin/roles/update',
    operationId: 'updateRole',
    summary: 'Update a role',
    description:
      '`permissions` replaces all permissions of the role. The change takes effect with the next request of each user with this role. Built-in roles cannot be modified.',
    caller: 'required',
    permission: 'roles:write',
    params: RolePath,
    body: RolePatch,
    responses: { 200: { description: 'The updated role.', schema: Role, headers: etag } },
    errors: ['not_found', 'builtin_role', 'role_exists', 'precondition_failed'],
    transaction: true,
    handler: updateRole,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v1/admin/roles/:name',
    module: 'admin/roles/delete',
    operationId: 'deleteRole',
    summary: 'Delete a role',
    description: 'Only roles that are not assigned to any user can be deleted. Built-in roles cannot be deleted.',
    caller: 'required',
    permission: 'roles:write',
    params: RolePath,
    responses: { 204: { description: 'The role is deleted.' } },
    errors: ['not_found', 'builtin_role', 'role_in_use', 'precondition_failed'],
    transaction: true,
    handler: deleteRole,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/permissions',
    module: 'admin/permissions/list',
    operationId: 'listPermissions',
    summary: 'List permissions',
    description: 'All permissions that a role can contain.',
    caller: 'required',
    permission: 'roles:read',
    query: ListQuery,
    responses: { 200: { description: 'One page of permissions.', schema: PermissionPage } },
    errors: [],
    handler: listPermissions,
  }),
];
