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
import { checkNewPassword } from '../handlers/auth/refuse-password.js';
import { endpoint, type Endpoint } from './endpoint.js';

/** /api/v1/auth/password-reset, /email-verification and /magic-link */
export const recoveryRoutes = (): Endpoint[] => [
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/password-reset/request',
    at: 'auth/password-reset/request',
    summary: 'Ask for a link to set a new password; the answer is the same for all names',
    caller: 'anyone',
    limit: 'mailRequest',
    body: PasswordResetRequestBody,
    answers: { 202: { description: 'A mail is sent where a verified address is known.', schema: Accepted } },
    refusals: ['too_many_attempts'],
    handler: requestPasswordReset,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/password-reset/complete',
    at: 'auth/password-reset/complete',
    summary: 'Set a new password with the token of a link, or the code of an operator',
    caller: 'anyone',
    body: PasswordResetCompleteBody,
    alsoCheck: checkNewPassword('new_password', tokenOwner),
    answers: { 204: { description: 'The password is set, and all sessions of the person have ended.' } },
    refusals: ['invalid_token', 'overloaded'],
    handler: completePasswordReset,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/email-verification/request',
    at: 'auth/email-verification/request',
    summary: 'Ask for another link that proves the own address',
    caller: 'required',
    limit: 'mailRequest',
    answers: { 202: { description: 'A mail is sent.', schema: Accepted } },
    refusals: ['too_many_attempts', 'no_email', 'already_verified'],
    handler: requestEmailVerification,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/email-verification/complete',
    at: 'auth/email-verification/complete',
    summary: 'Verify an e-mail address with the token of a link, best with a bearer token of the same account',
    caller: 'optional',
    body: MailedTokenBody,
    answers: { 204: { description: 'The address is verified.' } },
    refusals: ['invalid_token', 'email_taken'],
    handler: completeEmailVerification,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/magic-link/request',
    at: 'auth/magic-link/request',
    summary: 'Ask for a link that logs in; the answer is the same for all addresses',
    caller: 'anyone',
    limit: 'mailRequest',
    body: MagicLinkRequestBody,
    answers: { 202: { description: 'A mail is sent.', schema: Accepted } },
    refusals: ['too_many_attempts'],
    handler: requestMagicLink,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/auth/magic-link/consume',
    at: 'auth/magic-link/consume',
    summary: 'Log in with the token of a link; a new address opens an account',
    caller: 'anyone',
    body: MailedTokenBody,
    answers: { 200: { description: 'A token pair of a new session.', schema: Tokens } },
    refusals: ['invalid_token', 'registration_closed'],
    handler: consumeMagicLink,
  }),
];
