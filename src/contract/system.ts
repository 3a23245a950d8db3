import { z } from 'zod';
import { Timestamp } from './user.js';

/** The response of GET /api/health. */
export const Health = z.strictObject({ status: z.literal('healthy') }).meta({ id: 'Health' });

/** The response of GET /api/healthz. */
export const Healthz = z
  .strictObject({ status: z.literal('healthy'), version: z.string(), uptime_seconds: z.number(), timestamp: Timestamp })
  .meta({ id: 'Healthz' });

/** The response of GET /api/ready, for 200 and 503. */
export const Readiness = z
  .strictObject({
    ready: z.boolean(),
    reason: z.enum(['database_unhealthy', 'database_read_only', 'migrations_pending', 'shutting_down']).optional(),
    connections: z.strictObject({
      database: z.strictObject({ status: z.enum(['healthy', 'unhealthy']) }),
      cache: z.strictObject({ status: z.enum(['healthy', 'degraded', 'not_configured']) }),
    }),
  })
  .meta({ id: 'Readiness' });

/** The query of GET /api/version. */
export const VersionQuery = z.strictObject({
  format: z
    .enum(['json', 'plain', 'short', 'full'])
    .optional()
    .meta({ description: 'Format of the response. Default: `json`.' }),
});

/** The response of GET /api/version. */
export const Version = z
  .strictObject({
    version: z.string(),
    commit: z.string().nullable(),
    build_date: z.string().nullable(),
    node_version: z.string(),
  })
  .meta({ id: 'Version' });

/** The response of GET /api/info. */
export const Info = z
  .strictObject({
    version: z.string(),
    commit_short: z.string().nullable(),
    build_date: z.string().nullable(),
    uptime_seconds: z.number(),
    cache_enabled: z.boolean(),
    healthz_status: z.literal('healthy'),
    node_version: z.string(),
    config_revision: z
      .int()
      .nullable()
      .meta({ description: 'Null until the active configuration is recorded in the database.' }),
  })
  .meta({ id: 'Info' });

/** A set of public keys (RFC 7517, 5). */
export const JwkSet = z.strictObject({ keys: z.array(z.record(z.string(), z.unknown())) }).meta({ id: 'JwkSet' });

export type VersionQuery = z.infer<typeof VersionQuery>;
export type Version = z.infer<typeof Version>;
export type Info = z.infer<typeof Info>;
export type Readiness = z.infer<typeof Readiness>;

/** RFC 8414, section 2, without the fields of OAuth flows, which do not exist here. */
export const AuthorizationServer = z
  .strictObject({
    issuer: z.string().meta({ description: 'The `iss` claim of access tokens (`auth.issuer`).' }),
    jwks_uri: z.string().meta({ format: 'uri', description: 'Where the public keys are.' }),
    response_types_supported: z.array(z.string()).meta({ description: 'Empty: there is no authorization endpoint.' }),
    grant_types_supported: z.array(z.string()).meta({ description: 'Empty: there is no OAuth token endpoint.' }),
    service_documentation: z.string().optional().meta({
      format: 'uri',
      description: 'The documentation page, while `docs.enabled` is on.',
    }),
  })
  .meta({ id: 'AuthorizationServer' });

export type AuthorizationServer = z.infer<typeof AuthorizationServer>;

/** The response of GET /openapi.json. */
export const OpenApi = z.looseObject({ openapi: z.string() });

/** A page, script or style sheet. */
export const Text = z.string();

/** Media types of the files of pages. */
export const staticTypes = ['text/javascript', 'text/css'] as const;

/** The path of a script or style sheet of the documentation page. */
export const DocsAssetPath = z.strictObject({ asset: z.string().meta({ description: 'Name of the file.' }) });

export type DocsAssetPath = z.infer<typeof DocsAssetPath>;
