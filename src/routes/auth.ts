import {
  IntrospectBody,
  Introspection,
  LoginBody,
  LogoutBody,
  RefreshBody,
  RegisterBody,
  Registered,
  Tokens,
} from '../contract/auth.js';
import { introspect } from '../handlers/auth/introspect.js';
import { login } from '../handlers/auth/login.js';
import { logout } from '../handlers/auth/logout.js';
import { refresh } from '../handlers/auth/refresh.js';
import { checkNewPassword } from '../policies/new-password.js';
import { register } from '../handlers/auth/register.js';
import { endpoint, type Endpoint } from './endpoint.js';

/** /api/v1/auth */
export const authRoutes = (): Endpoint[] => [
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/register',
    module: 'auth/register',
    operationId: 'register',
    summary: 'Create an account',
    description:
      'Creates an account with a password. If an email address is given, a verification link is sent to it. The account can log in at once.',
    caller: 'anyone',
    limit: 'register',
    permit: { isEnabled: (settings) => settings.registration.open, code: 'registration_closed' },
    body: RegisterBody,
    alsoCheck: [checkNewPassword('password')],
    idempotent: true,
    responses: {
      201: {
        description: 'The account is created.',
        schema: Registered,
        headers: { Location: 'Path of the account.' },
      },
    },
    errors: ['registration_closed', 'username_taken', 'overloaded'],
    handler: register,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/login',
    module: 'auth/login',
    operationId: 'login',
    summary: 'Log in with username and password',
    description:
      'Starts a session. A verified email address can be used as the username. Unknown usernames, wrong passwords and blocked accounts all return the same `invalid_credentials`.',
    caller: 'anyone',
    limit: 'login',
    admitsOperators: true,
    body: LoginBody,
    responses: { 200: { description: 'Access and refresh token of a new session.', schema: Tokens } },
    errors: ['invalid_credentials', 'too_many_attempts', 'overloaded'],
    handler: login,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/refresh',
    module: 'auth/refresh',
    operationId: 'refresh',
    summary: 'Refresh the tokens of a session',
    description:
      'Exchanges a refresh token for new tokens. Each refresh token is valid once. If a token is used again within a few seconds, the same new tokens are returned, so that a retry is safe; later reuse ends the session.',
    caller: 'anyone',
    limit: 'refresh',
    admitsOperators: true,
    body: RefreshBody,
    responses: { 200: { description: 'New access and refresh token of the same session.', schema: Tokens } },
    errors: ['invalid_refresh_token'],
    handler: refresh,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/logout',
    module: 'auth/logout',
    operationId: 'logout',
    summary: 'Log out',
    description:
      'Ends the session of the access token, which may have expired, or of the `refresh_token` in the body. All tokens of the session become invalid.',
    caller: 'optional',
    isLogout: true,
    body: LogoutBody,
    responses: { 204: { description: 'The session has ended and its tokens are invalid.' } },
    errors: ['unauthorized', 'invalid_refresh_token'],
    handler: logout,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/introspect',
    module: 'auth/introspect',
    operationId: 'introspectToken',
    summary: 'Introspect an access token',
    description:
      'Token introspection (RFC 7662). Invalid tokens, refresh tokens, and tokens of other users without the `tokens:introspect` permission (introspect the access tokens of other users) all return `{"active": false}`. `roles` are the current roles of the user, which may differ from those in the token.',
    caller: 'required',
    body: IntrospectBody,
    responses: { 200: { description: 'The claims of a valid token, or `{"active": false}`.', schema: Introspection } },
    errors: [],
    handler: introspect,
  }),
];
