import { z } from 'zod';
import { ConfigFault } from './config.js';
import { Timestamp } from './user.js';

/** The answer of GET /api/health. */
export const Health = z.strictObject({ status: z.literal('healthy') }).meta({ id: 'Health' });

/** The answer of GET /api/healthz. */
export const Healthz = z
  .strictObject({ status: z.literal('healthy'), version: z.string(), uptime_seconds: z.number(), timestamp: Timestamp })
  .meta({ id: 'Healthz' });

/** The answer of GET /api/ready, 200 and 503 alike. */
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

/** The forms of GET /api/version. */
export const VersionQuery = z.strictObject({ format: z.enum(['json', 'plain', 'short', 'full']).optional() });

/** The answer of GET /api/version. */
export const Version = z
  .strictObject({
    version: z.string(),
    commit: z.string().nullable(),
    build_date: z.string().nullable(),
    node_version: z.string(),
  })
  .meta({ id: 'Version' });

/** The answer of GET /api/info. */
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
      .meta({ description: 'Null until the database has numbered the active configuration.' }),
  })
  .meta({ id: 'Info' });

/** RFC 7517, 5: a set of public keys. */
export const JwkSet = z.strictObject({ keys: z.array(z.record(z.string(), z.unknown())) }).meta({ id: 'JwkSet' });

/** RFC 9457 problem details, the body of every error. */
export const Problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    request_id: z.string(),
    errors: z
      .array(z.union([z.strictObject({ path: z.string(), code: z.string(), message: z.string() }), ConfigFault]))
      .optional(),
    retry_after: z.int().optional(),
  })
  .meta({ id: 'Problem' });

export type VersionQuery = z.infer<typeof VersionQuery>;
export type Version = z.infer<typeof Version>;
export type Info = z.infer<typeof Info>;
export type Readiness = z.infer<typeof Readiness>;

/** The answer of GET /openapi.json. */
export const OpenApi = z.looseObject({ openapi: z.string() });

/** A page, script or style: text of a type of its own. */
export const Text = z.string();

/** The path of a script or style of the documentation page. */
export const DocsAssetPath = z.strictObject({ asset: z.string() });

export type DocsAssetPath = z.infer<typeof DocsAssetPath>;
