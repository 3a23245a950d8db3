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
import { checkNewPassword } from '../handlers/auth/refuse-password.js';
import { register } from '../handlers/auth/register.js';
import { endpoint, type Endpoint } from './endpoint.js';

/** /api/v1/auth */
export const authRoutes = (): Endpoint[] => [
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/register',
    at: 'auth/register',
    summary: 'Make an account',
    caller: 'anyone',
    limit: 'register',
    permit: { isOpen: (settings) => settings.registration.open, code: 'registration_closed' },
    body: RegisterBody,
    alsoCheck: checkNewPassword('password'),
    idempotent: true,
    answers: {
      201: { description: 'The account is made.', schema: Registered, headers: { Location: 'The own account.' } },
    },
    refusals: ['registration_closed', 'username_taken', 'overloaded'],
    handler: register,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/login',
    at: 'auth/login',
    summary: 'Exchange a username and password for a token pair',
    caller: 'anyone',
    limit: 'login',
    operatorsEnter: true,
    body: LoginBody,
    answers: { 200: { description: 'A token pair of a new session.', schema: Tokens } },
    refusals: ['invalid_credentials', 'too_many_attempts', 'overloaded'],
    handler: login,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/refresh',
    at: 'auth/refresh',
    summary: 'Exchange a refresh token for a new pair',
    caller: 'anyone',
    limit: 'refresh',
    operatorsEnter: true,
    body: RefreshBody,
    answers: { 200: { description: 'A token pair of the same session.', schema: Tokens } },
    refusals: ['invalid_refresh_token'],
    handler: refresh,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/logout',
    at: 'auth/logout',
    summary: 'End the session of an access token, which may have expired, or of a refresh token',
    caller: 'optional',
    isLogout: true,
    body: LogoutBody,
    answers: { 204: { description: 'The session and all of its tokens have ended.' } },
    refusals: ['unauthorized', 'invalid_refresh_token'],
    handler: logout,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/introspect',
    at: 'auth/introspect',
    summary: 'Ask whether an access token is live (RFC 7662)',
    caller: 'required',
    body: IntrospectBody,
    answers: { 200: { description: 'Its facts, or only that it is not live.', schema: Introspection } },
    refusals: [],
    handler: introspect,
  }),
];
