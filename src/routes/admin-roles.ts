import { ListQuery } from '../contract/list.js';
import { PermissionPage, Role, RoleBody, RolePage, RolePatch, RolePath } from '../contract/role.js';
import { listPermissions } from '../handlers/admin/permissions/list.js';
import { createRole } from '../handlers/admin/roles/create.js';
import { deleteRole } from '../handlers/admin/roles/delete.js';
import { listRoles } from '../handlers/admin/roles/list.js';
import { showRole } from '../handlers/admin/roles/show.js';
import { updateRole } from '../handlers/admin/roles/update.js';
import { endpoint, type Endpoint } from './endpoint.js';

const etag = { ETag: 'Of the role (RFC 9110, 8.8.3).' };

/** /api/v1/admin/roles and /api/v1/admin/permissions */
export const adminRoleRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/roles',
    at: 'admin/roles/list',
    summary: 'Roles and what they permit',
    caller: 'required',
    permission: 'roles:read',
    query: ListQuery,
    answers: { 200: { description: 'One page of roles, newest first.', schema: RolePage } },
    refusals: [],
    handler: listRoles,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/roles',
    at: 'admin/roles/create',
    summary: 'Make a role',
    caller: 'required',
    permission: 'roles:write',
    body: RoleBody,
    idempotent: true,
    answers: { 201: { description: 'The role is made.', schema: Role, headers: { Location: 'The role.' } } },
    refusals: ['role_exists'],
    handler: createRole,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/roles/:name',
    at: 'admin/roles/show',
    summary: 'One role',
    caller: 'required',
    permission: 'roles:read',
    params: RolePath,
    answers: { 200: { description: 'The role.', schema: Role, headers: etag } },
    refusals: ['not_found'],
    handler: showRole,
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v1/admin/roles/:name',
    at: 'admin/roles/update',
    summary: 'Change a role for everyone who holds it',
    caller: 'required',
    permission: 'roles:write',
    params: RolePath,
    body: RolePatch,
    answers: { 200: { description: 'The role as it is now.', schema: Role, headers: etag } },
    refusals: ['not_found', 'builtin_role', 'role_exists', 'precondition_failed'],
    handler: updateRole,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v1/admin/roles/:name',
    at: 'admin/roles/delete',
    summary: 'Remove a role that nobody holds',
    caller: 'required',
    permission: 'roles:write',
    params: RolePath,
    answers: { 204: { description: 'It is gone.' } },
    refusals: ['not_found', 'builtin_role', 'role_in_use', 'precondition_failed'],
    handler: deleteRole,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/permissions',
    at: 'admin/permissions/list',
    summary: 'Everything that a role can permit',
    caller: 'required',
    permission: 'roles:read',
    query: ListQuery,
    answers: { 200: { description: 'One page of permissions.', schema: PermissionPage } },
    refusals: [],
    handler: listPermissions,
  }),
];
