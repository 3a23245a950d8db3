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

const etag = { ETag: 'The version of the account (RFC 9110, 8.8.3).' };
const shown = { description: 'The account as it is now.', schema: AdminUser, headers: etag };

/** /api/v1/admin/users */
export const adminUserRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/users',
    at: 'admin/users/list',
    summary: 'Search accounts',
    caller: 'required',
    permission: 'users:read',
    query: AdminUserQuery,
    answers: { 200: { description: 'One page of accounts, newest first.', schema: AdminUserPage } },
    refusals: [],
    handler: listUsers,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/users',
    at: 'admin/users/create',
    summary: 'Make an account; its owner sets the password with the token',
    caller: 'required',
    permission: 'users:write',
    body: AdminUserBody,
    idempotent: true,
    answers: {
      201: { description: 'The account is made.', schema: CreatedUser, headers: { Location: 'The account.' } },
    },
    refusals: ['username_taken'],
    handler: createUser,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/users/:id',
    at: 'admin/users/show',
    summary: 'One account',
    caller: 'required',
    permission: 'users:read',
    params: UserPath,
    answers: { 200: { description: 'The account.', schema: AdminUser, headers: etag } },
    refusals: ['not_found'],
    handler: showUser,
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v1/admin/users/:id',
    at: 'admin/users/update',
    summary: 'Change a profile, block or unblock; honours If-Match',
    caller: 'required',
    permission: 'users:write',
    params: UserPath,
    body: AdminUserPatch,
    answers: { 200: shown },
    refusals: ['insufficient_user_authentication', 'not_found', 'last_admin', 'precondition_failed'],
    handler: updateUser,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v1/admin/users/:id',
    at: 'admin/users/delete',
    summary: 'Delete an account, to be restored or erased later; honours If-Match',
    caller: 'required',
    permission: 'users:delete',
    params: UserPath,
    answers: { 204: { description: 'It is deleted, and its sessions have ended.' } },
    refusals: ['not_found', 'last_admin', 'precondition_failed'],
    handler: deleteUser,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/users/:id/restore',
    at: 'admin/users/restore',
    summary: 'Take back a deletion',
    caller: 'required',
    permission: 'users:delete',
    params: UserPath,
    answers: { 200: shown },
    refusals: ['not_found', 'precondition_failed'],
    handler: restoreUser,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/users/:id/erase',
    at: 'admin/users/erase',
    summary: 'Erase an account for good',
    caller: 'required',
    permission: 'users:delete',
    params: UserPath,
    answers: { 204: { description: 'It is gone; the audit trail keeps its id.' } },
    refusals: ['not_found', 'last_admin', 'precondition_failed'],
    handler: eraseUser,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/users/:id/password-reset',
    at: 'admin/users/password-reset',
    summary: 'Issue a token with which the person sets a new password',
    caller: 'required',
    permission: 'users:write',
    params: UserPath,
    idempotent: true,
    answers: { 201: { description: 'The token, shown once.', schema: PasswordResetToken } },
    refusals: ['insufficient_user_authentication', 'not_found', 'precondition_failed'],
    handler: resetPassword,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/users/:id/sessions',
    at: 'admin/users/sessions/list',
    summary: 'Where somebody is logged in',
    caller: 'required',
    permission: 'users:write',
    params: UserPath,
    query: ListQuery,
    answers: { 200: { description: 'One page of sessions, newest first.', schema: SessionPage } },
    refusals: ['not_found'],
    handler: listUserSessions,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v1/admin/users/:id/sessions',
    at: 'admin/users/sessions/end',
    summary: 'End all sessions of somebody',
    caller: 'required',
    permission: 'users:write',
    params: UserPath,
    answers: { 204: { description: 'They have ended.' } },
    refusals: ['not_found', 'precondition_failed'],
    handler: endUserSessions,
  }),
  endpoint({
    method: 'PUT',
    path: '/api/v1/admin/users/:id/roles',
    at: 'admin/users/roles',
    summary: 'Give an account exactly these roles',
    caller: 'required',
    permission: 'roles:write',
    params: UserPath,
    body: UserRolesBody,
    answers: { 200: shown },
    refusals: ['not_found', 'last_admin', 'precondition_failed'],
    handler: replaceUserRoles,
  }),
];
