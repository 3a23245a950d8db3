import { When } from '@cucumber/cucumber';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { ensureAccount } from '../support/accounts.js';
import { allAtOnce } from '../support/batch.js';

/** Who sends a request, and the request. */
interface Asked {
  readonly as?: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
}

const password = 'seven lanterns over the bay';
const users = '/api/v1/admin/users';

/** Requests by the name that the scenario gives them; those of Grace need her to be an administrator. */
const requests: Readonly<Record<string, (adaId: string) => Asked>> = {
  'a link to log in': () => ({ path: '/api/v1/auth/magic-link/request', body: { email: 'new@example.org' } }),
  'a link to set a new password': () => ({ path: '/api/v1/auth/password-reset/request', body: { username: 'nobody' } }),
  "a link to prove Ada's address": () => ({ as: 'Ada', path: '/api/v1/auth/email-verification/request' }),
  'a registration with an e-mail address': () => ({
    path: '/api/v1/auth/register',
    body: { username: 'lin', password, email: 'lin@example.org' },
  }),
  'a registration without an e-mail address': () => ({
    path: '/api/v1/auth/register',
    body: { username: 'lin', password },
  }),
  'an account for somebody with an address': () => ({
    as: 'Grace',
    path: users,
    body: { username: 'lin', email: 'lin@example.org' },
  }),
  'an account for somebody without an address': () => ({ as: 'Grace', path: users, body: { username: 'lin' } }),
  'a new address for Ada by an administrator': (adaId) => ({
    as: 'Grace',
    method: 'PATCH',
    path: `${users}/${adaId}`,
    body: { email: 'ada@example.net' },
  }),
  "a new address for Ada's account": () => ({
    as: 'Ada',
    method: 'PATCH',
    path: '/api/v1/users/me',
    body: { email: 'ada@example.net', current_password: 'not looked at' },
  }),
  "a new description for Ada's account": () => ({
    as: 'Ada',
    method: 'PATCH',
    path: '/api/v1/users/me',
    body: { description: 'Counts.' },
  }),
  'a new description for Ada by an administrator': (adaId) => ({
    as: 'Grace',
    method: 'PATCH',
    path: `${users}/${adaId}`,
    body: { description: 'Counts.' },
  }),
};

const ask = async (world: RollcallWorld, name: string, address: string): Promise<ApiResponse> => {
  const request = requests[name];
  if (!request) throw new TypeError(`there is no request "${name}"`);
  const isAboutAda = name.includes('Ada');
  const { as, method = 'POST', path, body } = request(isAboutAda ? ((await ensureAccount(world, 'Ada')).id ?? '') : '');
  return world.send(method, path, { clientIp: address, as: as ?? null, ...(body !== undefined && { body }) });
};

When('{} is asked for from {word}', async function (this: RollcallWorld, request: string, address: string) {
  await ask(this, request, address);
});

When(
  'login links to {int} different addresses are asked for from {word}',
  async function (this: RollcallWorld, count: number, address: string) {
    await allAtOnce(this, count, (index) =>
      this.send('POST', '/api/v1/auth/magic-link/request', {
        clientIp: address,
        body: { email: `stranger-${String(index)}@example.org` },
      }),
    );
  },
);
