import type { ApiResponse, RollcallWorld } from '../world.js';
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

/** Sends the request with this name. */
export const sendMailRequest = async (world: RollcallWorld, name: string, clientIp: string): Promise<ApiResponse> => {
  const request = requests[name];
  if (!request) throw new TypeError(`unknown request "${name}"`);
  const isForAda = name.includes('Ada');
  const { as, method = 'POST', path, body } = request(isForAda ? ((await ensureAccount(world, 'Ada')).id ?? '') : '');
  return world.send(method, path, { clientIp, as: as ?? null, ...(body !== undefined && { body }) });
};

/** Matches the names of all requests; longer names first. */
export const mailRequestPattern = new RegExp(
  Object.keys(requests)
    .sort((one, other) => other.length - one.length)
    .join('|'),
);
