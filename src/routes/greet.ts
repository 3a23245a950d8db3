import { GreetBody, GreetPath, GreetQuery, Greeting, GreetingV2 } from '../contract/greet.js';
import { greetByName } from '../handlers/greet/greet-by-name.js';
import { greetV2 } from '../handlers/greet/greet-v2.js';
import { greet } from '../handlers/greet/greet.js';
import { endpoint, type Endpoint } from './endpoint.js';

const headers = {
  'X-Cache': 'HIT or MISS.',
  Link: 'The successor (RFC 8288, RFC 5829), while the switch features.announceGreetV2 is on.',
};
const answers = { 200: { description: 'The greeting.', schema: Greeting, headers } };

/** /api/v1/greet and /api/v2/greet */
export const greetRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/api/v1/greet',
    at: 'greet/greet',
    summary: 'Greet a name, the caller, or the world',
    caller: 'optional',
    limit: 'greet',
    query: GreetQuery,
    answers,
    refusals: [],
    handler: greet,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/greet/:name',
    at: 'greet/greet-by-name',
    summary: 'Greet a name',
    caller: 'optional',
    limit: 'greet',
    params: GreetPath,
    answers,
    refusals: [],
    handler: greetByName,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/greet',
    at: 'greet/greet-v2',
    summary: 'Greet a name and say when; behind the switch api.v2Enabled',
    caller: 'optional',
    limit: 'greet',
    gate: { isOpen: (settings) => settings.api.v2Enabled, code: 'api_version_disabled' },
    body: GreetBody,
    answers: { 200: { description: 'The greeting.', schema: GreetingV2 } },
    refusals: ['api_version_disabled'],
    handler: greetV2,
  }),
];
