import assert from 'node:assert/strict';
import { allEndpoints } from '../../../src/routes/index.js';
import { sendAs, type Caller } from './caller.js';
import { findBody } from '../accounts/invalid-body.js';
import type { Sending } from './sending.js';
import type { ApiResponse, RollcallWorld, SendOptions } from '../world.js';

type Endpoint = ReturnType<typeof allEndpoints>[number];

/** An endpoint that was called, and its response. */
export interface Call {
  readonly endpoint: Endpoint;
  readonly response: ApiResponse;
}

type Request = readonly [path: string, options: SendOptions];

const unknownId = '00000000-0000-7000-8000-000000000000';

const pathOf = ({ path }: Endpoint, id: string): string =>
  path
    .replace(':id', id)
    .replace(':kid', id)
    .replace(':session_id', id)
    .replace(':name', 'user')
    .replace(':asset', 'nothing.js');

/** The body is invalid: permissions are checked before it, and an allowed request has no effect. */
const invalidRequest = (endpoint: Endpoint, id: string): Request => [
  pathOf(endpoint, id),
  endpoint.method === 'GET' ? {} : { body: { no_such_field: true } },
];

/** Requests by their names in steps; the other names are those of invalid-body.ts. */
const requests: Readonly<Record<string, (endpoint: Endpoint) => Request>> = {
  'a plain request': (endpoint) => [pathOf(endpoint, unknownId), {}],
  'a broken percent-encoding': (endpoint) => [`${pathOf(endpoint, unknownId)}?x=%zz`, {}],
  'an unknown member': (endpoint) => {
    const path = `${pathOf(endpoint, unknownId)}?no_such_field=1`;
    if (endpoint.method !== 'GET') return [path, { body: { no_such_field: true } }];
    return [endpoint.query ? path : endpoint.path.replace(/:\w+/, '%00'), {}];
  },
};

const namedRequest = (endpoint: Endpoint, name: string): Request => {
  const found = requests[name]?.(endpoint);
  if (found) return found;
  const options = findBody(name);
  assert.ok(options, `unknown request "${name}"`);
  return [pathOf(endpoint, unknownId), endpoint.method === 'GET' ? {} : options];
};

/**
 * Calls every endpoint.
 * @param name of the request; without it, the request is invalid and its path has the ID of Ada, to see who is allowed
 */
export const callEveryRoute = async (
  world: RollcallWorld,
  caller: Caller,
  name: string,
  sent: Sending,
): Promise<void> => {
  const calls: Call[] = [];
  for (const endpoint of allEndpoints()) {
    const [path, request] =
      name === '' ? invalidRequest(endpoint, world.user('Ada').id ?? '') : namedRequest(endpoint, name);
    await sent.send(world, async (options) => {
      const response = await sendAs(world, caller, endpoint.method, path, { ...request, ...options });
      calls.push({ endpoint, response });
      return response;
    });
  }
  world.saved.set('calls', calls);
};

/** The calls of the last step that called every route. */
export const callsOf = (world: RollcallWorld): Call[] => {
  assert.ok(world.response.status > 0);
  return world.saved.get('calls') as Call[];
};

/** Names an endpoint. */
export const nameOf = ({ method, path }: Endpoint): string => `${method} ${path}`;

/** Whether the caller was allowed, or the code with which it was rejected. */
export const accessOf = ({ response }: Call): string =>
  response.status === 401 || response.status === 403 ? response.json<{ code: string }>().code : 'allowed';

/** Asserts for every protected route whether the caller is allowed or which error it gets, and that none fails. */
export const assertAccess = (world: RollcallWorld, expected: (endpoint: Endpoint) => string): void => {
  const calls = callsOf(world);
  assert.ok(calls.length > 40);
  assert.deepEqual(
    calls.map((call) => `${nameOf(call.endpoint)}: ${accessOf(call)}`),
    calls.map(
      ({ endpoint }) => `${nameOf(endpoint)}: ${endpoint.caller === 'anyone' ? 'allowed' : expected(endpoint)}`,
    ),
  );
  assert.deepEqual(
    calls.filter(({ response }) => response.status >= 500).map(({ endpoint }) => nameOf(endpoint)),
    [],
  );
};

/** The routes that responded with 503 maintenance. */
export const routesInMaintenance = (world: RollcallWorld): string[] => {
  const calls = callsOf(world);
  assert.ok(calls.length > 40);
  return calls
    .filter(({ response }) => response.status === 503 && response.json<{ code: string }>().code === 'maintenance')
    .map(({ endpoint }) => nameOf(endpoint));
};
