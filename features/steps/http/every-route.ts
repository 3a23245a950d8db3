import assert from 'node:assert/strict';
import { After, defineParameterType, Given, Then, When } from '@cucumber/cucumber';
import { duringMaintenance, errorsOf } from '../../../src/contract/contract.js';
import { builtinRoles } from '../../../src/contract/permission.js';
import type { ErrorCode } from '../../../src/errors/codes.js';
import { allEndpoints } from '../../../src/routes/index.js';
import type { Caller } from '../../support/http/caller.js';
import type { Sending } from '../../support/http/sending.js';
import { closeWaitingInstance, startWaitingInstance } from '../../support/http/starting-instance.js';
import { assertRejected } from '../../support/http/problem.js';
import {
  accessOf,
  assertAccess,
  callEveryRoute,
  callsOf,
  nameOf,
  routesInMaintenance,
} from '../../support/http/route-walk.js';
import type { RollcallWorld } from '../../support/world.js';

defineParameterType({
  name: 'route request',
  regexp: /(?: with .+?)?/,
  transformer: (text: string) => text.slice(' with '.length),
});

After({ name: 'close the waiting instance' }, async function (this: RollcallWorld) {
  await closeWaitingInstance(this);
});

Given('an instance is waiting for its database', async function (this: RollcallWorld) {
  await startWaitingInstance(this);
});

When(
  '{caller} calls every route{route request}{sent}',
  async function (this: RollcallWorld, caller: Caller, request: string, sent: Sending) {
    await callEveryRoute(this, caller, request, sent);
  },
);

Then('only public routes allow the request', function (this: RollcallWorld) {
  assertAccess(this, ({ caller }) => (caller === 'optional' ? 'allowed' : 'unauthorized'));
});

Then(
  /^every (protected route|protected route except logout|route that is reserved for operators) rejects the token$/,
  function (this: RollcallWorld, routes: string) {
    if (routes === 'protected route') assertAccess(this, () => 'invalid_token');
    else if (routes === 'protected route except logout') {
      assertAccess(this, ({ module }) => (module === 'auth/logout' ? 'allowed' : 'invalid_token'));
    } else {
      const reserved = callsOf(this).filter(({ endpoint }) => duringMaintenance(endpoint) === 'operators');
      assert.ok(reserved.length > 20);
      assert.deepEqual(
        reserved.filter((call) => accessOf(call) !== 'invalid_token').map(({ endpoint }) => endpoint.path),
        [],
      );
    }
  },
);

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
    const failed = callsOf(this).filter((call) => !declaring.includes(call) && call.response.status >= 500);
    // The readiness check reports a missing database in another format.
    const expected = code === 'service_unavailable' ? ['GET /api/ready'] : [];
    assert.deepEqual(
      failed.map(({ endpoint }) => nameOf(endpoint)),
      expected,
    );
  },
);

Then('only health, key, login, refresh, console and administration routes respond', function (this: RollcallWorld) {
  const rejected = routesInMaintenance(this);
  const others = allEndpoints().filter((endpoint) => !rejected.includes(nameOf(endpoint)));
  assert.deepEqual(
    others.map(({ path }) => path).filter((path) => !/^\/(?:api\/v1\/admin\/|console(?:\/|$))/.test(path)),
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

Then('no route responds with 503 maintenance', function (this: RollcallWorld) {
  assert.deepEqual(routesInMaintenance(this), []);
});
