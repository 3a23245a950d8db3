import { Health, Healthz, Info, JwkSet, Readiness, Version, VersionQuery } from '../contract/system.js';
import { health } from '../handlers/system/health.js';
import { healthz } from '../handlers/system/healthz.js';
import { info } from '../handlers/system/info.js';
import { jwks } from '../handlers/system/jwks.js';
import { ready } from '../handlers/system/ready.js';
import { version } from '../handlers/system/version.js';
import { endpoint, type Endpoint } from './endpoint.js';

const jwksHeaders = { ETag: 'Of the set.', 'Cache-Control': 'public, max-age=60.' };
const cached = { 'X-Cache': 'HIT or MISS.' };

/** /api/health and what else tells of the service itself */
export const systemRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/api/health',
    at: 'system/health',
    summary: 'Whether the process answers',
    caller: 'anyone',
    unlimited: true,
    answers: { 200: { description: 'It does.', schema: Health } },
    refusals: [],
    handler: health,
  }),
  endpoint({
    method: 'GET',
    path: '/api/healthz',
    at: 'system/healthz',
    summary: 'Liveness with facts',
    caller: 'anyone',
    unlimited: true,
    answers: { 200: { description: 'The process lives.', schema: Healthz } },
    refusals: [],
    handler: healthz,
  }),
  endpoint({
    method: 'GET',
    path: '/api/ready',
    at: 'system/ready',
    summary: 'Whether traffic should come here',
    caller: 'anyone',
    unlimited: true,
    answers: {
      200: { description: 'It should.', schema: Readiness },
      503: {
        description: 'It should not, and why.',
        schema: Readiness,
        headers: { 'Retry-After': 'Seconds to wait.' },
      },
    },
    refusals: [],
    handler: ready,
  }),
  endpoint({
    method: 'GET',
    path: '/api/version',
    at: 'system/version',
    summary: 'What is running',
    caller: 'anyone',
    query: VersionQuery,
    answers: { 200: { description: 'As JSON, or as text for the other formats.', schema: Version, headers: cached } },
    refusals: [],
    handler: version,
  }),
  endpoint({
    method: 'GET',
    path: '/api/info',
    at: 'system/info',
    summary: 'The service at a glance',
    caller: 'anyone',
    answers: { 200: { description: 'The facts.', schema: Info, headers: cached } },
    refusals: [],
    handler: info,
  }),
  endpoint({
    method: 'GET',
    path: '/.well-known/jwks.json',
    at: 'system/jwks',
    summary: 'Public keys of asymmetric signing keys (RFC 7517)',
    caller: 'anyone',
    answers: { 200: { description: 'The set; empty while HS256 signs.', schema: JwkSet, headers: jwksHeaders } },
    refusals: [],
    handler: jwks,
  }),
];
