import assert from 'node:assert/strict';
import { After, Given, Then, When } from '@cucumber/cucumber';
import { duringMaintenance, errorsOf } from '../../../src/contract/contract.js';
import { builtinRoles } from '../../../src/contract/permission.js';
import type { ErrorCode } from '../../../src/errors/codes.js';
import { allEndpoints } from '../../../src/routes/index.js';
import { HttpListener } from '../../../src/server/listeners/http-listener.js';
import { startingApp } from '../../../src/server/startup/starting-app.js';
import type { Caller } from '../../support/http/caller.js';
import { sendRaw } from '../../support/http/http-client.js';
import { assertRejected } from '../../support/http/problem.js';
import {
  accessOf,
  assertAccess,
  callEveryRoute,
  callEveryRouteWith,
  callsOf,
  nameOf,
  routesInMaintenance,
} from '../../support/http/route-walk.js';
import type { RollcallWorld } from '../../support/world.js';

When('{caller} calls every route', async function (this: RollcallWorld, caller: Caller) {
  await callEveryRoute(this, caller);
});

When('{caller} calls every route with {}', async function (this: RollcallWorld, caller: Caller, request: string) {
  await callEveryRouteWith(this, caller, request);
});

Then('only public routes allow the request', function (this: RollcallWorld) {
  assertAccess(this, ({ caller }) => (caller === 'optional' ? 'allowed' : 'unauthorized'));
});

Then('every protected route rejects the token', function (this: RollcallWorld) {
  assertAccess(this, () => 'invalid_token');
});

Then('every protected route except logout rejects the token', function (this: RollcallWorld) {
  assertAccess(this, ({ module }) => (module === 'auth/logout' ? 'allowed' : 'invalid_token'));
});

Then(
  'exactly the routes that the role {string} permits allow the request',
  function (this: RollcallWorld, role: string) {
    const held: readonly string[] = builtinRoles[role as keyof typeof builtinRoles];
    assertAccess(this, ({ permission }) =>
      permission === undefined || held.includes(permission) ? 'allowed' : 'forbidden',
    );
  },
);

Then(
  'every route that declares {int} {word} responds with it',
  function (this: RollcallWorld, status: number, code: ErrorCode) {
    const declaring = callsOf(this).filter(({ endpoint }) => errorsOf(endpoint).includes(code));
    assert.ok(declaring.length > 5);
    for (const { response } of declaring) assertRejected(response, status, code);
  },
);

Then('only health, key, login, refresh and administration routes respond', function (this: RollcallWorld) {
  const rejected = routesInMaintenance(this);
  const others = allEndpoints().filter((endpoint) => !rejected.includes(nameOf(endpoint)));
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

Then('every route that is reserved for operators rejects the token', function (this: RollcallWorld) {
  const reserved = callsOf(this).filter(({ endpoint }) => duringMaintenance(endpoint) === 'operators');
  assert.ok(reserved.length > 20);
  assert.deepEqual(
    reserved.filter((call) => accessOf(call) !== 'invalid_token').map(({ endpoint }) => endpoint.path),
    [],
  );
});

Then('no route responds with 503 maintenance', function (this: RollcallWorld) {
  assert.deepEqual(routesInMaintenance(this), []);
});

const startingInstance = (world: RollcallWorld): HttpListener => world.saved.get('starting instance') as HttpListener;

After({ name: 'close the starting instance' }, async function (this: RollcallWorld) {
  if (this.saved.has('starting instance')) await startingInstance(this).close();
});

Given('an instance is waiting for its database', async function (this: RollcallWorld) {
  const { services } = await this.ready();
  const listener = new HttpListener(startingApp(services).callback(), services.config.current.server);
  this.saved.set('starting instance', listener);
  await listener.listen('127.0.0.1', 0);
});

When('every route of the waiting instance is called', async function (this: RollcallWorld) {
  await callEveryRouteWith(this, { credentials: () => ({}) }, 'a plain request', { to: startingInstance(this).url });
});

When('the waiting instance is sent GET {path}', async function (this: RollcallWorld, path: string) {
  await this.send('GET', path, { to: startingInstance(this).url });
});

When(
  'the waiting instance is sent GET {path} over HTTP\\/1.0 without a Host header',
  async function (this: RollcallWorld, path: string) {
    this.saved.set('raw', await sendRaw(startingInstance(this).url, `GET ${path} HTTP/1.0\r\n\r\n`));
  },
);
