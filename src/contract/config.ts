import { z } from 'zod';
import { pageOf } from './list.js';
import { Id, Timestamp } from './user.js';

/** A setting's value in the form that it has in YAML; secrets are `********`. */
const Value = z.unknown();

const Change = z.strictObject({ key: z.string(), from: Value, to: Value });

/** One fault of a configuration: the key, the file or variable that states it, and what is expected there. */
export const ConfigFault = z
  .strictObject({
    key: z.string().nullable(),
    file: z.string().nullable(),
    code: z.string().meta({
      description: 'Behind the first 100 faults of a file, `more_faults` stands for the others.',
      example: 'unknown_key',
    }),
    message: z.string(),
    suggestion: z.string().optional(),
  })
  .meta({ id: 'ConfigFault' });

const Source = z.string().meta({
  description: '`default`, `file:local.yaml`, `env:ROLLCALL_…` or `rollback`.',
  example: 'file:local.yaml',
});

const Setting = z
  .strictObject({
    key: z.string(),
    value: Value,
    source: Source,
    shadowed: z.array(Source).meta({ description: 'Weaker layers that state the key too.' }),
    class: z.enum(['live', 'new', 'drain', 'restart']),
    default: Value,
    description: z.string(),
    env: z.string(),
    range: z.string().optional(),
    pending: Value.optional().meta({ description: 'What is stated, when it waits for a restart.' }),
  })
  .meta({ id: 'Setting' });

/** An instance that has reported within the last minute. */
export const ConfigInstance = z
  .strictObject({
    id: Id,
    hostname: z.string(),
    pid: z.int(),
    version: z.string(),
    revision: z.int().nullable(),
    hash: z.string().nullable(),
    live: z.boolean().meta({ description: 'Whether it is up: whoever changes what it keeps in memory waits for it.' }),
    last_seen_at: Timestamp,
  })
  .meta({ id: 'ConfigInstance' });

/** Null until the database has numbered the active configuration. */
const Revision = z.int().nullable();

/** The answer of GET /api/v1/admin/config. */
export const ConfigView = z
  .strictObject({
    revision: Revision,
    provisional: z
      .boolean()
      .meta({ description: 'Whether the revision is null, since the database has not assigned it yet.' }),
    hash: z.string(),
    loaded_at: Timestamp,
    last_error: z.strictObject({ at: Timestamp, errors: z.array(ConfigFault) }).nullable(),
    pending_restart: z.array(z.string()),
    rollback: z
      .strictObject({ revision: z.int(), since: Timestamp, actor_id: Id.nullable() })
      .nullable()
      .meta({ description: 'While values of an earlier revision lie over the files: whose they are.' }),
    pinned: z
      .array(z.strictObject({ key: z.string(), variable: z.string() }))
      .meta({ description: 'Keys that no file can change, since the environment sets them.' }),
    files: z.array(z.string()),
    instances: z.array(ConfigInstance),
    settings: z.array(Setting),
  })
  .meta({ id: 'Config' });

/** One revision in a list. */
export const ConfigRevisionEntry = z
  .strictObject({
    revision: z.int(),
    hash: z.string(),
    created_at: Timestamp,
    trigger: z.enum(['start', 'watch', 'poll', 'signal', 'admin', 'rollback']),
    actor_id: Id.nullable(),
    rollback_of: z.int().nullable().meta({ description: 'The revision whose values a rollback put into force.' }),
    changed: z.array(z.string()),
  })
  .meta({ id: 'ConfigRevisionEntry' });

/** The answer of GET /api/v1/admin/config/revisions. */
export const ConfigRevisionPage = pageOf(ConfigRevisionEntry).meta({ id: 'ConfigRevisionPage' });

/** The answer of GET /api/v1/admin/config/revisions/{n}: what it changed, against the one before it. */
export const ConfigRevision = ConfigRevisionEntry.extend({ changes: z.array(Change) }).meta({ id: 'ConfigRevision' });

/** The path of one revision; anything that is no number is simply not found. */
export const ConfigRevisionPath = z.strictObject({ n: z.string() });

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The body of POST /api/v1/admin/config/validate: settings, nested as in the file, or the text of the file. The settings are
 * not described here: what they may be is judged by the configuration itself.
 */
export const ConfigValidateBody = z
  .strictObject({
    settings: z
      .unknown()
      .refine((value) => value === undefined || isObject(value), { error: 'must be an object' })
      .optional()
      .meta({ override: { type: 'object' } }),
    document: z.string().optional().meta({ example: 'api: {v2Enabled: true}' }),
  })
  .refine(({ settings, document }) => (settings === undefined) !== (document === undefined), {
    error: 'needs either settings or document',
  })
  .meta({ id: 'ConfigValidateBody' });

/** The answer of POST /api/v1/admin/config/validate for what is sound. */
export const ConfigValidation = z
  .strictObject({ valid: z.literal(true), changes: z.array(Change), pending_restart: z.array(z.string()) })
  .meta({ id: 'ConfigValidation' });

/** The answer of POST /api/v1/admin/config/reload and /rollback. */
export const ConfigReload = z
  .strictObject({
    outcome: z.enum(['applied', 'unchanged']),
    revision: Revision,
    changed: z.array(z.string()),
    pending_restart: z.array(z.string()),
    no_effect: z
      .array(z.strictObject({ key: z.string(), pinned_by: z.string() }))
      .meta({ description: 'Keys that the files state without effect, since an environment variable sets them.' }),
  })
  .meta({ id: 'ConfigReload' });

/** The body of POST /api/v1/admin/config/rollback. */
export const ConfigRollbackBody = z.strictObject({ revision: z.int().positive() }).meta({ id: 'ConfigRollbackBody' });

export type ConfigFault = z.infer<typeof ConfigFault>;
export type ConfigInstance = z.infer<typeof ConfigInstance>;
export type ConfigView = z.infer<typeof ConfigView>;
export type ConfigRevisionEntry = z.infer<typeof ConfigRevisionEntry>;
export type ConfigRevision = z.infer<typeof ConfigRevision>;
export type ConfigRevisionPath = z.infer<typeof ConfigRevisionPath>;
export type ConfigValidateBody = z.infer<typeof ConfigValidateBody>;
export type ConfigReload = z.infer<typeof ConfigReload>;
export type ConfigRollbackBody = z.infer<typeof ConfigRollbackBody>;
