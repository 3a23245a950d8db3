import {
  AuthorizationServer,
  Health,
  Healthz,
  Info,
  JwkSet,
  Readiness,
  Version,
  VersionQuery,
} from '../contract/system.js';
import { authorizationServer } from '../handlers/system/authorization-server.js';
import { health } from '../handlers/system/health.js';
import { healthz } from '../handlers/system/healthz.js';
import { info } from '../handlers/system/info.js';
import { jwks } from '../handlers/system/jwks.js';
import { ready } from '../handlers/system/ready.js';
import { version } from '../handlers/system/version.js';
import { endpoint, type Endpoint } from './endpoint.js';

const jwksHeaders = { ETag: 'Version of the set.', 'Cache-Control': '`public, max-age=60`.' };
const cached = { 'X-Cache': '`HIT` or `MISS`.' };

/** Health, readiness, version and public keys. */
export const systemRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/api/health',
    module: 'system/health',
    operationId: 'getHealth',
    summary: 'Check that the process responds',
    description: 'For load balancers and uptime checks. It uses no database and is exempt from rate limits.',
    caller: 'anyone',
    unlimited: true,
    responses: { 200: { description: 'The process responds.', schema: Health } },
    errors: [],
    handler: health,
  }),
  endpoint({
    method: 'GET',
    path: '/api/healthz',
    module: 'system/healthz',
    operationId: 'getLiveness',
    summary: 'Check liveness',
    description:
      'Liveness probe with version and uptime. It uses no database, is never cached and is exempt from rate limits.',
    caller: 'anyone',
    unlimited: true,
    responses: { 200: { description: 'The process is alive.', schema: Healthz } },
    errors: [],
    handler: healthz,
  }),
  endpoint({
    method: 'GET',
    path: '/api/ready',
    module: 'system/ready',
    operationId: 'getReadiness',
    summary: 'Check readiness',
    description:
      'Readiness probe: 503 while the instance should get no traffic, with the `reason`. An unavailable cache degrades the instance but does not make it unready.',
    caller: 'anyone',
    unlimited: true,
    responses: {
      200: { description: 'The instance is ready for traffic.', schema: Readiness },
      503: {
        description: 'The instance is not ready, for the given `reason`.',
        schema: Readiness,
        headers: { 'Retry-After': 'Seconds to wait.' },
      },
    },
    errors: [],
    handler: ready,
  }),
  endpoint({
    method: 'GET',
    path: '/api/version',
    module: 'system/version',
    operationId: 'getVersion',
    summary: 'Get the version',
    description:
      '`format=plain` and `format=short` return the version as text; `format=full` returns version, commit, build date and Node.js version, one per line.',
    caller: 'anyone',
    query: VersionQuery,
    responses: {
      200: { description: 'The version as JSON, or as text for the other formats.', schema: Version, headers: cached },
    },
    errors: [],
    handler: version,
  }),
  endpoint({
    method: 'GET',
    path: '/api/info',
    module: 'system/info',
    operationId: 'getInfo',
    summary: 'Get an overview of the service',
    description: 'Version, uptime and the revision of the active configuration.',
    caller: 'anyone',
    responses: { 200: { description: 'The overview.', schema: Info, headers: cached } },
    errors: [],
    handler: info,
  }),
  endpoint({
    method: 'GET',
    path: '/.well-known/jwks.json',
    module: 'system/jwks',
    operationId: 'getJwks',
    summary: 'Get the public signing keys (JWKS)',
    description:
      'The public keys that verify access tokens (RFC 7517). The set is empty while tokens are signed with HS256, which has no public key; in that case, use `POST /api/v1/auth/introspect`.',
    caller: 'anyone',
    responses: { 200: { description: 'The key set.', schema: JwkSet, headers: jwksHeaders } },
    errors: [],
    handler: jwks,
  }),
  endpoint({
    method: 'GET',
    path: '/.well-known/oauth-authorization-server',
    module: 'system/authorization-server',
    operationId: 'getAuthorizationServerMetadata',
    summary: 'Get the issuer and the URL of the public keys (RFC 8414)',
    description:
      'Authorization server metadata for services that verify access tokens. There is no OAuth flow, so no endpoint of one is listed. The `issuer` is always the `iss` claim of new access tokens. RFC 8414 requires an https URL, which the default `rollcall` is not: for clients that check this, set `auth.issuer` to the public URL of the service.',
    caller: 'anyone',
    responses: { 200: { description: 'The metadata.', schema: AuthorizationServer, headers: jwksHeaders } },
    errors: [],
    handler: authorizationServer,
  }),
];
