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
import { checkNewPassword } from '../handlers/auth/refuse-password.js';
import { changePassword, ownAccount } from '../handlers/users/me/password/change.js';
import { endOneSession } from '../handlers/users/me/sessions/end.js';
import { endOtherSessions } from '../handlers/users/me/sessions/end-others.js';
import { listSessions } from '../handlers/users/me/sessions/list.js';
import { showMe } from '../handlers/users/me/show.js';
import { updateMe } from '../handlers/users/me/update.js';
import { endpoint, type Endpoint } from './endpoint.js';

const etag = { ETag: 'The version of the account (RFC 9110, 8.8.3).' };

/** /api/v1/users/me */
export const userRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/api/v1/users/me',
    at: 'users/me/show',
    summary: 'The own account',
    caller: 'required',
    answers: { 200: { description: 'The account.', schema: User, headers: { ...etag, 'X-Cache': 'HIT or MISS.' } } },
    refusals: [],
    handler: showMe,
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v1/users/me',
    at: 'users/me/update',
    summary: 'Change the own profile; an e-mail address needs the current password; honours If-Match',
    caller: 'required',
    body: ProfilePatch,
    answers: { 200: { description: 'The account as it is now.', schema: User, headers: etag } },
    refusals: [
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
    at: 'users/me/password/change',
    summary: 'Set a new password with the current one; the other sessions end',
    caller: 'required',
    body: PasswordChangeBody,
    alsoCheck: checkNewPassword('new_password', ownAccount),
    answers: { 204: { description: 'The password is set.' } },
    refusals: [
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
    at: 'users/me/delete',
    summary: 'Leave: delete the own account; honours If-Match',
    caller: 'required',
    body: DeleteMeBody,
    answers: { 204: { description: 'It is deleted, and erased for good after the grace time.' } },
    refusals: [
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
    at: 'users/me/delete/submit',
    summary: 'Delete the own account, for clients that cannot send content with DELETE; honours If-Match',
    caller: 'required',
    body: DeleteMeBody,
    answers: { 204: { description: 'It is deleted, and erased for good after the grace time.' } },
    refusals: [
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
    at: 'users/me/features/list',
    summary: 'Which switches are on',
    caller: 'required',
    answers: { 200: { description: 'The switches by name.', schema: Features } },
    refusals: [],
    handler: listFeatures,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/users/me/export',
    at: 'users/me/export',
    summary: 'Everything held about the caller, as a download',
    caller: 'required',
    answers: {
      200: {
        description: 'One JSON document.',
        schema: PersonalData,
        contentType: 'application/json',
        headers: { 'Content-Disposition': 'The name of the file (RFC 6266).' },
      },
    },
    refusals: [],
    handler: exportMe,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/users/me/sessions',
    at: 'users/me/sessions/list',
    summary: 'Where the caller is logged in',
    caller: 'required',
    query: ListQuery,
    answers: { 200: { description: 'One page of sessions, newest first.', schema: SessionPage } },
    refusals: [],
    handler: listSessions,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v1/users/me/sessions',
    at: 'users/me/sessions/end-others',
    summary: 'End all sessions but the current one',
    caller: 'required',
    answers: { 204: { description: 'They have ended.' } },
    refusals: [],
    handler: endOtherSessions,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v1/users/me/sessions/:id',
    at: 'users/me/sessions/end',
    summary: 'End one of the own sessions',
    caller: 'required',
    params: SessionPath,
    answers: { 204: { description: 'It has ended.' } },
    refusals: ['not_found'],
    handler: endOneSession,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/users/me/greetings',
    at: 'users/me/greetings/list',
    summary: 'How the caller has been greeted',
    caller: 'required',
    query: ListQuery,
    answers: { 200: { description: 'One page of greetings, newest first.', schema: GreetingPage } },
    refusals: [],
    handler: listGreetings,
  }),
];
