import { Tokens } from '../contract/auth.js';
import {
  Accepted,
  MagicLinkRequestBody,
  MailedTokenBody,
  PasswordResetCompleteBody,
  PasswordResetRequestBody,
} from '../contract/recovery.js';
import { completeEmailVerification } from '../handlers/auth/email-verification/complete.js';
import { requestEmailVerification } from '../handlers/auth/email-verification/request.js';
import { consumeMagicLink } from '../handlers/auth/magic-link/consume.js';
import { requestMagicLink } from '../handlers/auth/magic-link/request.js';
import { completePasswordReset, tokenOwner } from '../handlers/auth/password-reset/complete.js';
import { requestPasswordReset } from '../handlers/auth/password-reset/request.js';
import { checkNewPassword } from '../policies/new-password.js';
import { endpoint, type Endpoint } from './endpoint.js';

/** /api/v1/auth/password-reset, /email-verification and /magic-link */
export const recoveryRoutes = (): Endpoint[] => [
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/password-reset/request',
    module: 'auth/password-reset/request',
    operationId: 'requestPasswordReset',
    summary: 'Request a password reset',
    description:
      'Sends a link to the verified email address of the account. The response is the same whether or not the account exists. Either `username` or `email` is required.',
    caller: 'anyone',
    limit: 'mailRequest',
    body: PasswordResetRequestBody,
    responses: {
      202: { description: 'An email is sent if the account exists and has a verified address.', schema: Accepted },
    },
    errors: ['too_many_attempts'],
    handler: requestPasswordReset,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/password-reset/complete',
    module: 'auth/password-reset/complete',
    operationId: 'completePasswordReset',
    summary: 'Set a new password with a token',
    description:
      'Sets the password with the token of an emailed link, or with a token that an administrator has issued. All sessions of the account end.',
    caller: 'anyone',
    body: PasswordResetCompleteBody,
    alsoCheck: [checkNewPassword('new_password', tokenOwner)],
    responses: { 204: { description: 'The password is set and all sessions of the account have ended.' } },
    errors: ['invalid_token', 'overloaded'],
    handler: completePasswordReset,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/email-verification/request',
    module: 'auth/email-verification/request',
    operationId: 'requestEmailVerification',
    summary: 'Request a verification email',
    description:
      'Sends a new verification link to the email address of the current user. Earlier links become invalid.',
    caller: 'required',
    limit: 'mailRequest',
    responses: { 202: { description: 'An email is sent.', schema: Accepted } },
    errors: ['too_many_attempts', 'no_email', 'already_verified'],
    handler: requestEmailVerification,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/email-verification/complete',
    module: 'auth/email-verification/complete',
    operationId: 'completeEmailVerification',
    summary: 'Verify an email address',
    description:
      'Verifies the address with the token of an emailed link. Send an access token of the same account if the user is logged in.',
    caller: 'optional',
    body: MailedTokenBody,
    responses: { 204: { description: 'The address is verified.' } },
    errors: ['invalid_token', 'email_taken'],
    handler: completeEmailVerification,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/magic-link/request',
    module: 'auth/magic-link/request',
    operationId: 'requestMagicLink',
    summary: 'Request a magic link',
    description: 'Sends a link that logs in without a password. The response is the same for all addresses.',
    caller: 'anyone',
    limit: 'mailRequest',
    body: MagicLinkRequestBody,
    responses: { 202: { description: 'An email is sent.', schema: Accepted } },
    errors: ['too_many_attempts'],
    handler: requestMagicLink,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/magic-link/consume',
    module: 'auth/magic-link/consume',
    operationId: 'consumeMagicLink',
    summary: 'Log in with a magic link',
    description:
      'Starts a session with the token of an emailed link, which is valid once. An unknown address gets a new account with a generated username.',
    caller: 'anyone',
    body: MailedTokenBody,
    responses: { 200: { description: 'Access and refresh token of a new session.', schema: Tokens } },
    errors: ['invalid_token', 'registration_closed'],
    handler: consumeMagicLink,
  }),
];
