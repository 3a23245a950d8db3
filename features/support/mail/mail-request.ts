import assert from 'node:assert/strict';
import type { Sending } from '../http/sending.js';
import type { ApiResponse, RollcallWorld, SendOptions } from '../world.js';
import { ensureAccount } from '../accounts/accounts.js';

/** A request and who sends it. */
interface MailRequest {
  readonly as?: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
}

const password = 'seven lanterns over the bay';
const users = '/api/v1/admin/users';

/** Requests that may send email, by their names in steps. Grace must be an administrator. */
const requests: Readonly<Record<string, (adaId: string) => MailRequest>> = {
  'a login link': () => ({ path: '/api/v1/auth/magic-link/request', body: { email: 'new@example.org' } }),
  'a password reset link': () => ({ path: '/api/v1/auth/password-reset/request', body: { username: 'nobody' } }),
  'a verification link for Ada': () => ({ as: 'Ada', path: '/api/v1/auth/email-verification/request' }),
  'a registration with an email': () => ({
    path: '/api/v1/auth/register',
    body: { username: 'lin', password, email: 'lin@example.org' },
  }),
  'a registration without an email': () => ({
    path: '/api/v1/auth/register',
    body: { username: 'lin', password },
  }),
  'a new account with an email': () => ({
    as: 'Grace',
    path: users,
    body: { username: 'lin', email: 'lin@example.org' },
  }),
  'a new account without an email': () => ({ as: 'Grace', path: users, body: { username: 'lin' } }),
  "a change of Ada's email by an administrator": (adaId) => ({
    as: 'Grace',
    method: 'PATCH',
    path: `${users}/${adaId}`,
    body: { email: 'ada@example.net' },
  }),
  "a change of Ada's email": () => ({
    as: 'Ada',
    method: 'PATCH',
    path: '/api/v1/users/me',
    body: { email: 'ada@example.net', current_password: 'not verified' },
  }),
  "a change of Ada's description": () => ({
    as: 'Ada',
    method: 'PATCH',
    path: '/api/v1/users/me',
    body: { description: 'Counts.' },
  }),
  "a change of Ada's description by an administrator": (adaId) => ({
    as: 'Grace',
    method: 'PATCH',
    path: `${users}/${adaId}`,
    body: { description: 'Counts.' },
  }),
};

/** Requests a login link for one address. */
const requestLoginLink = async (world: RollcallWorld, email: string, options: SendOptions): Promise<ApiResponse> =>
  world.send('POST', '/api/v1/auth/magic-link/request', { body: { email }, ...options });

/** Sends the request with this name; every request for "another recipient" has a new one. */
export const sendMailRequest = async (world: RollcallWorld, name: string, sent: Sending): Promise<void> => {
  const recipient = /^a login link for (.*)$/.exec(name)?.[1];
  const isForAda = name.includes('Ada');
  const adaId = isForAda ? ((await ensureAccount(world, 'Ada')).id ?? '') : '';
  await sent.send(world, async (options, index) => {
    if (recipient !== undefined) {
      const email = recipient === 'another recipient' ? `person-${String(index)}@example.org` : recipient;
      const response = await requestLoginLink(world, email, options);
      assert.ok(response.status === 202 || sent.isConcurrent, response.text);
      return response;
    }
    const request = requests[name];
    if (!request) throw new TypeError(`unknown request "${name}"`);
    const { as, method = 'POST', path, body } = request(adaId);
    return world.send(method, path, { as: as ?? null, ...(body !== undefined && { body }), ...options });
  });
};

/** Matches the names of all requests; longer names first. */
export const mailRequestPattern = new RegExp(
  [
    'a login link for (?:another recipient|\\S+@\\S+)',
    ...Object.keys(requests).sort((one, other) => other.length - one.length),
  ].join('|'),
);
