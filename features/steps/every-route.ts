import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { duringMaintenance } from '../../src/contract/contract.js';
import { builtinRoles } from '../../src/contract/permission.js';
import { allEndpoints } from '../../src/routes/index.js';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { forge } from '../support/forged-token.js';
import { tokensOf } from '../support/accounts.js';

/** An endpoint that was asked, and what came back. */
export interface Tried {
  readonly endpoint: ReturnType<typeof allEndpoints>[number];
  readonly answer: ApiResponse;
}

/** A path of an endpoint as it can be sent. */
export const pathOf = ({ path }: Tried['endpoint'], id: string): string =>
  path.replace(':id', id).replace(':kid', id).replace(':name', 'user').replace(':asset', 'nothing.js');

/**
 * Asks every endpoint. Bodies hold a field that no body has: who is let in changes nothing, since rights come before
 * validation.
 */
const tryAll = async (world: RollcallWorld, token: string | undefined): Promise<void> => {
  const tried: Tried[] = [];
  const id = world.user('Ada').id ?? '';
  for (const endpoint of allEndpoints()) {
    const { method } = endpoint;
    const body = method === 'GET' ? {} : { body: { no_such_field: true } };
    tried.push({
      endpoint,
      answer: await world.send(method, pathOf(endpoint, id), { ...(token !== undefined && { token }), ...body }),
    });
  }
  world.saved.set('tried', tried);
};

const verdictOf = ({ answer }: Tried): string =>
  answer.status === 401 || answer.status === 403 ? answer.json<{ code: string }>().code : 'let in';

const check = (world: RollcallWorld, expected: (endpoint: Tried['endpoint']) => string): void => {
  const tried = world.saved.get('tried') as Tried[];
  assert.ok(tried.length > 40 && world.response.status > 0);
  const of = ({ method, path }: Tried['endpoint']): string => `${method} ${path}: `;
  assert.deepEqual(
    tried.map((one) => of(one.endpoint) + verdictOf(one)),
    tried.map(({ endpoint }) => of(endpoint) + (endpoint.caller === 'anyone' ? 'let in' : expected(endpoint))),
  );
  assert.deepEqual(
    tried.filter(({ answer }) => answer.status >= 500).map(({ endpoint }) => of(endpoint)),
    [],
  );
};

When('{word} tries every route', async function (this: RollcallWorld, name: string) {
  await tryAll(this, name === 'nobody' ? undefined : tokensOf(this, name).access_token);
});

When(
  "somebody tries every route with {word}'s access token, {forgery}",
  async function (this: RollcallWorld, name: string, kind: string) {
    await tryAll(this, forge(kind, tokensOf(this, name).access_token));
  },
);

Then('only what is open to everyone lets them in', function (this: RollcallWorld) {
  check(this, ({ caller }) => (caller === 'optional' ? 'let in' : 'unauthorized'));
});

Then('nothing that asks for a token takes this one', function (this: RollcallWorld) {
  check(this, () => 'invalid_token');
});

Then('nothing but logging out takes this token', function (this: RollcallWorld) {
  check(this, ({ module }) => (module === 'auth/logout' ? 'let in' : 'invalid_token'));
});

Then('only what the role {string} permits lets them in', function (this: RollcallWorld, role: string) {
  const held: readonly string[] = builtinRoles[role as keyof typeof builtinRoles];
  check(this, ({ permission }) => (permission === undefined || held.includes(permission) ? 'let in' : 'forbidden'));
});

const isMaintenance = ({ answer }: Tried): boolean =>
  answer.status === 503 && answer.json<{ code: string }>().code === 'maintenance';

const toldOfMaintenance = (world: RollcallWorld): string[] => {
  const tried = world.saved.get('tried') as Tried[];
  assert.ok(tried.length > 40 && world.response.status > 0);
  return tried.filter(isMaintenance).map(({ endpoint }) => `${endpoint.method} ${endpoint.path}`);
};

Then('only health, administration and the doors of operators answer', function (this: RollcallWorld) {
  const told = toldOfMaintenance(this);
  const others = allEndpoints().filter((endpoint) => !told.includes(`${endpoint.method} ${endpoint.path}`));
  assert.deepEqual(
    others.map(({ path }) => path).filter((path) => !path.startsWith('/api/v1/admin/')),
    [
      '/api/health',
      '/api/healthz',
      '/api/ready',
      '/.well-known/jwks.json',
      '/.well-known/oauth-authorization-server',
      '/api/v1/auth/login',
      '/api/v1/auth/refresh',
    ],
  );
  assert.ok(others.every((endpoint) => duringMaintenance(endpoint) !== 'operators'));
});

Then('what is kept for operators does not take this token', function (this: RollcallWorld) {
  const tried = this.saved.get('tried') as Tried[];
  const kept = tried.filter(({ endpoint }) => duringMaintenance(endpoint) === 'operators');
  assert.ok(kept.length > 20 && this.response.status > 0);
  assert.deepEqual(
    kept.filter((one) => verdictOf(one) !== 'invalid_token').map(({ endpoint }) => endpoint.path),
    [],
  );
});

Then('no route tells of maintenance', function (this: RollcallWorld) {
  assert.deepEqual(toldOfMaintenance(this), []);
});
