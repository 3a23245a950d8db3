import {
  AdminUser,
  AdminUserBody,
  AdminUserPage,
  AdminUserPatch,
  AdminUserQuery,
  CreatedUser,
  PasswordResetToken,
  UserPath,
  UserRolesBody,
} from '../contract/admin-user.js';
import { ListQuery } from '../contract/list.js';
import { SessionPage } from '../contract/session.js';
import { createUser } from '../handlers/admin/users/create.js';
import { deleteUser } from '../handlers/admin/users/delete.js';
import { eraseUser } from '../handlers/admin/users/erase.js';
import { listUsers } from '../handlers/admin/users/list.js';
import { resetPassword } from '../handlers/admin/users/password-reset.js';
import { restoreUser } from '../handlers/admin/users/restore.js';
import { replaceUserRoles } from '../handlers/admin/users/roles.js';
import { endUserSessions } from '../handlers/admin/users/sessions/end.js';
import { listUserSessions } from '../handlers/admin/users/sessions/list.js';
import { showUser } from '../handlers/admin/users/show.js';
import { updateUser } from '../handlers/admin/users/update.js';
import { endpoint, type Endpoint } from './endpoint.js';

const etag = { ETag: 'Version of the account.' };
const shown = { description: 'The updated account.', schema: AdminUser, headers: etag };

/** /api/v1/admin/users */
export const adminUserRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/users',
    module: 'admin/users/list',
    operationId: 'listUsers',
    summary: 'Search users',
    description: 'All filters are combined. Results are sorted by creation time, newest first.',
    caller: 'required',
    permission: 'users:read',
    query: AdminUserQuery,
    responses: { 200: { description: 'One page of accounts, newest first.', schema: AdminUserPage } },
    errors: [],
    handler: listUsers,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/users',
    module: 'admin/users/create',
    operationId: 'createUser',
    summary: 'Create a user',
    description:
      'Creates an account without a password. The user sets the password with the returned `token` at `POST /api/v1/auth/password-reset/complete`.',
    caller: 'required',
    permission: 'users:write',
    body: AdminUserBody,
    idempotent: true,
    responses: {
      201: {
        description: 'The account is created.',
        schema: CreatedUser,
        headers: { Location: 'Path of the account.' },
      },
    },
    errors: ['username_taken'],
    handler: createUser,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/users/:id',
    module: 'admin/users/show',
    operationId: 'getUser',
    summary: 'Get a user',
    description: 'The account, including why and until when it is blocked.',
    caller: 'required',
    permission: 'users:read',
    params: UserPath,
    responses: { 200: { description: 'The account.', schema: AdminUser, headers: etag } },
    errors: ['not_found'],
    handler: showUser,
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v1/admin/users/:id',
    module: 'admin/users/update',
    operationId: 'updateUser',
    summary: 'Update, block or unblock a user',
    description:
      'Changes the fields that are given. `{"status": "blocked"}` blocks the account and ends its sessions, `{"status": "active"}` unblocks it.',
    caller: 'required',
    permission: 'users:write',
    params: UserPath,
    body: AdminUserPatch,
    responses: { 200: shown },
    errors: ['insufficient_user_authentication', 'not_found', 'last_admin', 'precondition_failed'],
    handler: updateUser,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v1/admin/users/:id',
    module: 'admin/users/delete',
    operationId: 'deleteUser',
    summary: 'Delete a user',
    description:
      'Ends all sessions. The account can be restored during the grace period; afterwards it is erased permanently.',
    caller: 'required',
    permission: 'users:delete',
    params: UserPath,
    responses: { 204: { description: 'The account is deleted and its sessions have ended.' } },
    errors: ['not_found', 'last_admin', 'precondition_failed'],
    handler: deleteUser,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/users/:id/restore',
    module: 'admin/users/restore',
    operationId: 'restoreUser',
    summary: 'Restore a deleted user',
    description: 'Undoes the deletion during the grace period.',
    caller: 'required',
    permission: 'users:delete',
    params: UserPath,
    responses: { 200: shown },
    errors: ['not_found', 'precondition_failed'],
    handler: restoreUser,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/users/:id/erase',
    module: 'admin/users/erase',
    operationId: 'eraseUser',
    summary: 'Erase a user permanently',
    description: 'Removes all personal data. The audit log keeps the id only. This cannot be undone.',
    caller: 'required',
    permission: 'users:delete',
    params: UserPath,
    responses: { 204: { description: 'The account is erased.' } },
    errors: ['not_found', 'last_admin', 'precondition_failed'],
    handler: eraseUser,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/users/:id/password-reset',
    module: 'admin/users/password-reset',
    operationId: 'createPasswordResetToken',
    summary: 'Issue a password reset token',
    description:
      'Returns a token that is shown once; give it to the user. The user sets a new password with it at `POST /api/v1/auth/password-reset/complete`.',
    caller: 'required',
    permission: 'users:write',
    params: UserPath,
    idempotent: true,
    responses: { 201: { description: 'The token.', schema: PasswordResetToken } },
    errors: ['insufficient_user_authentication', 'not_found', 'precondition_failed'],
    handler: resetPassword,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/users/:id/sessions',
    module: 'admin/users/sessions/list',
    operationId: 'listUserSessions',
    summary: 'List the sessions of a user',
    description: 'The active sessions of the user, newest first. `current` is always false.',
    caller: 'required',
    permission: 'users:write',
    params: UserPath,
    query: ListQuery,
    responses: { 200: { description: 'One page of sessions, newest first.', schema: SessionPage } },
    errors: ['not_found'],
    handler: listUserSessions,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v1/admin/users/:id/sessions',
    module: 'admin/users/sessions/end',
    operationId: 'endUserSessions',
    summary: 'End all sessions of a user',
    description: 'All tokens of the user become invalid at once.',
    caller: 'required',
    permission: 'users:write',
    params: UserPath,
    responses: { 204: { description: 'The sessions have ended.' } },
    errors: ['not_found', 'precondition_failed'],
    handler: endUserSessions,
  }),
  endpoint({
    method: 'PUT',
    path: '/api/v1/admin/users/:id/roles',
    module: 'admin/users/roles',
    operationId: 'setUserRoles',
    summary: 'Set the roles of a user',
    description:
      'Replaces all roles. The change takes effect with the next request of the user. You cannot assign or remove a role with a permission that you lack.',
    caller: 'required',
    permission: 'roles:write',
    params: UserPath,
    body: UserRolesBody,
    responses: { 200: shown },
    errors: ['not_found', 'last_admin', 'precondition_failed'],
    handler: replaceUserRoles,
  }),
];
