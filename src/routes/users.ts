import { Features } from '../contract/feature.js';
import { GreetingPage } from '../contract/greet.js';
import { DeleteMeBody, PersonalData } from '../contract/leaving.js';
import { ListQuery } from '../contract/list.js';
import { PasswordChangeBody } from '../contract/recovery.js';
import { SessionPage, SessionPath } from '../contract/session.js';
import { ProfilePatch, User } from '../contract/user.js';
import { deleteMe } from '../handlers/users/me/delete.js';
import { submitDeletion } from '../handlers/users/me/delete/submit.js';
import { exportMe } from '../handlers/users/me/export.js';
import { listFeatures } from '../handlers/users/me/features/list.js';
import { listGreetings } from '../handlers/users/me/greetings/list.js';
import { checkNewPassword } from '../policies/new-password.js';
import { checkSubmittedPassword } from '../policies/reauthentication.js';
import { changePassword, ownAccount } from '../handlers/users/me/password/change.js';
import { endOneSession } from '../handlers/users/me/sessions/end.js';
import { endOtherSessions } from '../handlers/users/me/sessions/end-others.js';
import { listSessions } from '../handlers/users/me/sessions/list.js';
import { showMe } from '../handlers/users/me/show.js';
import { updateMe } from '../handlers/users/me/update.js';
import { endpoint, type Endpoint } from './endpoint.js';

const etag = { ETag: 'Version of the account.' };

/** /api/v1/users/me */
export const userRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/api/v1/users/me',
    module: 'users/me/show',
    operationId: 'getCurrentUser',
    summary: 'Get the current user',
    description: 'The `ETag` of the response can be sent as `If-Match` with a change.',
    caller: 'required',
    responses: {
      200: { description: 'The account.', schema: User, headers: { ...etag, 'X-Cache': '`HIT` or `MISS`.' } },
    },
    errors: [],
    handler: showMe,
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v1/users/me',
    module: 'users/me/update',
    operationId: 'updateCurrentUser',
    summary: 'Update your profile',
    description:
      'Changes the fields that are given; null clears a text. Changing `email` requires `current_password`, or a recent login if the account has no password; if the current address is verified, the new one stays in `pending_email` until it is verified too.',
    caller: 'required',
    body: ProfilePatch,
    alsoCheck: [checkSubmittedPassword('current_password', { onlyWith: 'email' })],
    responses: { 200: { description: 'The updated account.', schema: User, headers: etag } },
    errors: [
      'insufficient_user_authentication',
      'too_many_attempts',
      'wrong_password',
      'precondition_failed',
      'overloaded',
    ],
    handler: updateMe,
  }),
  endpoint({
    method: 'PUT',
    path: '/api/v1/users/me/password',
    module: 'users/me/password/change',
    operationId: 'changePassword',
    summary: 'Change your password',
    description:
      'Sets a new password. All other sessions of the user end. An account without a password sends no `current_password` and needs a recent login.',
    caller: 'required',
    body: PasswordChangeBody,
    alsoCheck: [checkSubmittedPassword('current_password'), checkNewPassword('new_password', ownAccount)],
    responses: { 204: { description: 'The password is set.' } },
    errors: [
      'insufficient_user_authentication',
      'too_many_attempts',
      'wrong_password',
      'overloaded',
      'precondition_failed',
    ],
    handler: changePassword,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v1/users/me',
    module: 'users/me/delete',
    operationId: 'deleteCurrentUser',
    summary: 'Delete your account',
    description:
      'Ends all sessions. An administrator can restore the account during the grace period; afterwards it is erased permanently. Use `POST /api/v1/users/me/delete` if your client cannot send a body with DELETE.',
    caller: 'required',
    body: DeleteMeBody,
    alsoCheck: [checkSubmittedPassword('password')],
    responses: { 204: { description: 'The account is deleted.' } },
    errors: [
      'insufficient_user_authentication',
      'too_many_attempts',
      'wrong_password',
      'precondition_failed',
      'last_admin',
      'overloaded',
    ],
    handler: deleteMe,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/users/me/delete',
    module: 'users/me/delete/submit',
    operationId: 'deleteCurrentUserByPost',
    summary: 'Delete your account (POST)',
    description: 'The same as `DELETE /api/v1/users/me`, for clients and proxies that cannot send a body with DELETE.',
    caller: 'required',
    body: DeleteMeBody,
    alsoCheck: [checkSubmittedPassword('password')],
    responses: { 204: { description: 'The account is deleted.' } },
    errors: [
      'insufficient_user_authentication',
      'too_many_attempts',
      'wrong_password',
      'precondition_failed',
      'last_admin',
      'overloaded',
    ],
    handler: submitDeletion,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/users/me/features',
    module: 'users/me/features/list',
    operationId: 'listFeatures',
    summary: 'List feature flags',
    description: 'The feature flags (`features.*` settings) by name, and whether they are on.',
    caller: 'required',
    responses: { 200: { description: 'The feature flags by name.', schema: Features } },
    errors: [],
    handler: listFeatures,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/users/me/export',
    module: 'users/me/export',
    operationId: 'exportPersonalData',
    summary: 'Export personal data',
    description:
      'A JSON file with all data about the current user: profile, sessions, audit events, greetings (GDPR, articles 15 and 20).',
    caller: 'required',
    responses: {
      200: {
        description: 'The data as a JSON file.',
        schema: PersonalData,
        contentType: 'application/json',
        headers: { 'Content-Disposition': 'Name of the file (RFC 6266).' },
      },
    },
    errors: [],
    handler: exportMe,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/users/me/sessions',
    module: 'users/me/sessions/list',
    operationId: 'listSessions',
    summary: 'List your sessions',
    description: 'The active sessions of the current user, newest first.',
    caller: 'required',
    query: ListQuery,
    responses: { 200: { description: 'One page of sessions, newest first.', schema: SessionPage } },
    errors: [],
    handler: listSessions,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v1/users/me/sessions',
    module: 'users/me/sessions/end-others',
    operationId: 'endOtherSessions',
    summary: 'End all other sessions',
    description: 'Ends all sessions of the current user except the current one.',
    caller: 'required',
    responses: { 204: { description: 'The sessions have ended.' } },
    errors: [],
    transaction: true,
    handler: endOtherSessions,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v1/users/me/sessions/:id',
    module: 'users/me/sessions/end',
    operationId: 'endSession',
    summary: 'End a session',
    description: 'Its access and refresh tokens become invalid at once.',
    caller: 'required',
    params: SessionPath,
    responses: { 204: { description: 'The session has ended.' } },
    errors: ['not_found'],
    transaction: true,
    handler: endOneSession,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/users/me/greetings',
    module: 'users/me/greetings/list',
    operationId: 'listGreetings',
    summary: 'List your greetings',
    description: 'The greetings that the current user has received, newest first.',
    caller: 'required',
    query: ListQuery,
    responses: { 200: { description: 'One page of greetings, newest first.', schema: GreetingPage } },
    errors: [],
    handler: listGreetings,
  }),
];
