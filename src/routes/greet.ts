import { GreetBody, GreetPath, GreetQuery, Greeting, GreetingV2 } from '../contract/greet.js';
import { greetByName } from '../handlers/greet/greet-by-name.js';
import { greetV2 } from '../handlers/greet/greet-v2.js';
import { greet } from '../handlers/greet/greet.js';
import { endpoint, type Endpoint } from './endpoint.js';

const headers = {
  'X-Cache': '`HIT` or `MISS`.',
  Link: 'The successor version (RFC 8288, RFC 5829), while the feature flag `announceGreetV2` is on.',
};
const responses = { 200: { description: 'The greeting.', schema: Greeting, headers } };

/** /api/v1/greet and /api/v2/greet */
export const greetRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/api/v1/greet',
    module: 'greet/greet',
    operationId: 'greet',
    summary: 'Greet a name, the current user, or the world',
    description: 'Without a name, greets the user of the access token; without a token, the world.',
    caller: 'optional',
    limit: 'greet',
    query: GreetQuery,
    responses,
    errors: [],
    handler: greet,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/greet/:name',
    module: 'greet/greet-by-name',
    operationId: 'greetByName',
    summary: 'Greet a name',
    description: 'The same as `GET /api/v1/greet?name=…`.',
    caller: 'optional',
    limit: 'greet',
    params: GreetPath,
    responses,
    errors: [],
    handler: greetByName,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/greet',
    module: 'greet/greet-v2',
    operationId: 'greetV2',
    summary: 'Greet a name, with a timestamp',
    description: 'Available while the setting `api.v2Enabled` is on; otherwise 404 `api_version_disabled`.',
    caller: 'optional',
    limit: 'greet',
    gate: { isEnabled: (settings) => settings.api.v2Enabled, code: 'api_version_disabled' },
    body: GreetBody,
    responses: { 200: { description: 'The greeting.', schema: GreetingV2 } },
    errors: ['api_version_disabled'],
    handler: greetV2,
  }),
];
