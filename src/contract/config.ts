import { z } from 'zod';
import {
  ConfigChanges,
  ConfigOverride,
  PendingConfirmation,
  Reason,
  ScheduledConfigChange,
} from './config-overrides.js';
import { pageOf } from './list.js';
import { exactlyOneOf } from './one-of.js';
import { Id, Timestamp } from './user.js';

/** The value of a setting, as in YAML; secrets are `********`. */
const Value = z.unknown();

const Change = z.strictObject({ key: z.string(), from: Value, to: Value });

/** One error in a configuration: the key, the file or environment variable that sets it, and what is expected. */
export const ConfigFault = z
  .strictObject({
    key: z.string().nullable(),
    file: z.string().nullable(),
    line: z.int().optional().meta({ description: 'The line in the file, from 1.' }),
    column: z.int().optional().meta({ description: 'The column in that line, from 1.' }),
    code: z.string().meta({
      description: 'At most 100 errors of a file are listed; `more_faults` counts the others.',
      example: 'unknown_key',
    }),
    message: z.string(),
    suggestion: z.string().optional(),
  })
  .meta({ id: 'ConfigFault' });

const Source = z.string().meta({
  description: '`default`, `file:local.yaml`, `rollback`, `override` or `env:ROLLCALL_…`.',
  example: 'file:local.yaml',
});

const Setting = z
  .strictObject({
    key: z.string(),
    value: Value,
    source: Source,
    shadowed: z.array(Source).meta({ description: 'Other sources that set the key and are overridden.' }),
    layers: z
      .array(
        z.strictObject({
          source: Source,
          value: Value,
          active: z.boolean().meta({
            description:
              'Whether this layer sets the active value. No layer does if its new value waits for a restart.',
          }),
        }),
      )
      .meta({ description: 'The value in each layer that sets the key, lowest precedence first.' }),
    class: z.enum(['live', 'new', 'drain', 'restart']),
    default: Value,
    description: z.string(),
    env: z.string(),
    range: z.string().optional(),
    pending: Value.optional().meta({ description: 'The new value, while it waits for a restart.' }),
    override: ConfigOverride.omit({ key: true })
      .nullable()
      .meta({ description: 'The value that overrides the files; null if there is none.' }),
  })
  .meta({ id: 'Setting' });

/** An instance of the service that has reported within the last minute. */
export const ConfigInstance = z
  .strictObject({
    id: Id,
    hostname: z.string(),
    pid: z.int(),
    version: z.string(),
    revision: z.int().nullable(),
    hash: z.string().nullable(),
    live: z.boolean().meta({ description: 'Whether the instance has sent its heartbeat in time.' }),
    started_at: Timestamp,
    last_seen_at: Timestamp,
  })
  .meta({ id: 'ConfigInstance' });

/** Keys whose value in the files has changed under an override. */
const Shadowed = z
  .array(z.string())
  .meta({ description: 'Overridden settings whose value in the files has changed since they were overridden.' });

/** Null until the active configuration is recorded in the database. */
const Revision = z.int().nullable();

/** The response of GET /api/v1/admin/config. */
export const ConfigView = z
  .strictObject({
    revision: Revision,
    provisional: z
      .boolean()
      .meta({ description: 'True while `revision` is null because it is not recorded in the database yet.' }),
    hash: z.string(),
    loaded_at: Timestamp,
    last_error: z.strictObject({ at: Timestamp, errors: z.array(ConfigFault) }).nullable(),
    pending_restart: z.array(z.string()),
    rollback: z
      .strictObject({ revision: z.int(), since: Timestamp, actor_id: Id.nullable() })
      .nullable()
      .meta({ description: 'The active rollback; null if there is none.' }),
    pending_confirmation: PendingConfirmation.nullable().meta({
      description: 'The change that is reverted unless it is confirmed; null if there is none.',
    }),
    scheduled: z.array(ScheduledConfigChange),
    shadowed_by_override: Shadowed,
    overrides_without_effect: z.array(z.strictObject({ key: z.string(), errors: z.array(ConfigFault) })).meta({
      description:
        'Overrides without effect: they are invalid together with the files, or their keys can be set only in the files.',
    }),
    pinned: z
      .array(z.strictObject({ key: z.string(), variable: z.string() }))
      .meta({ description: 'Keys that files cannot change, because environment variables set them.' }),
    files: z.array(z.string()),
    instances: z.array(ConfigInstance),
    settings: z.array(Setting),
  })
  .meta({ id: 'Config' });

/** Keys in the files that have no effect, and the environment variables that set them. */
const NoEffect = z
  .array(z.strictObject({ key: z.string(), pinned_by: z.string() }))
  .meta({ description: 'Keys that have no effect in the files, because an environment variable sets them.' });

/** One revision in a list. */
export const ConfigRevisionEntry = z
  .strictObject({
    revision: z.int(),
    hash: z.string(),
    created_at: Timestamp,
    trigger: z.enum([
      ...['start', 'watch', 'poll', 'signal', 'admin', 'rollback'],
      ...['override', 'revert', 'expiry', 'schedule'],
    ] as const),
    actor_id: Id.nullable(),
    rollback_of: z.int().nullable().meta({ description: 'The revision that a rollback has activated.' }),
    reason: z.string().nullable(),
    changed: z.array(z.string()).meta({ description: 'Keys whose values in the files have changed.' }),
    pending_restart: z
      .array(z.string())
      .meta({ description: 'Changed keys that waited for a restart of the instance that recorded the revision.' }),
    no_effect: NoEffect,
  })
  .meta({ id: 'ConfigRevisionEntry' });

/** The response of GET /api/v1/admin/config/revisions. */
export const ConfigRevisionPage = pageOf(ConfigRevisionEntry).meta({ id: 'ConfigRevisionPage' });

/** The response of GET /api/v1/admin/config/revisions/{n}: its changes compared to the previous revision. */
export const ConfigRevision = ConfigRevisionEntry.extend({ changes: z.array(Change) }).meta({ id: 'ConfigRevision' });

/** The path of one revision. Anything but a number is not found rather than invalid. */
export const ConfigRevisionPath = z.strictObject({
  n: z.string().meta({ description: 'Number of the revision.', example: '12' }),
});

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The body of POST /api/v1/admin/config/validate: settings, nested as in the file, the text of the file, or the changes of a
 * PATCH. The configuration validates the settings, so their schema is not repeated here.
 */
export const ConfigValidateBody = z
  .strictObject({
    settings: z
      .unknown()
      .refine((value) => value === undefined || isObject(value), { error: 'must be an object' })
      .optional()
      .meta({
        description: 'The settings, nested as in the file.',
        override: { type: 'object', additionalProperties: true },
      }),
    document: z
      .string()
      .optional()
      .meta({ description: 'The text of the file, in YAML.', example: 'api: {v2Enabled: true}' }),
    changes: ConfigChanges.optional(),
  })
  .refine((body) => Object.values(body).filter((value) => value !== undefined).length === 1, {
    error: 'exactly one of settings, document and changes is required',
  })
  .meta({ id: 'ConfigValidateBody', override: exactlyOneOf });

/** The response of POST /api/v1/admin/config/validate for valid settings. */
export const ConfigValidation = z
  .strictObject({
    valid: z
      .literal(true)
      .meta({ description: 'Always true: invalid settings are rejected with 422 `invalid_config`.' }),
    changes: z.array(Change).meta({ description: 'Settings that would have a new value.' }),
    pending_restart: z.array(z.string()).meta({ description: 'Settings whose new values would wait for a restart.' }),
    no_effect: NoEffect,
  })
  .meta({ id: 'ConfigValidation', description: 'What settings would change. Secrets are left out of all lists.' });

/** The response of POST /api/v1/admin/config/reload and /rollback. */
export const ConfigReload = z
  .strictObject({
    outcome: z.enum(['applied', 'unchanged']),
    revision: Revision,
    changed: z.array(z.string()),
    pending_restart: z.array(z.string()),
    no_effect: NoEffect,
    shadowed_by_override: Shadowed,
  })
  .meta({ id: 'ConfigReload' });

/** The body of POST /api/v1/admin/config/rollback. */
export const ConfigRollbackBody = z
  .strictObject({ revision: z.int().positive(), reason: Reason.optional() })
  .meta({ id: 'ConfigRollbackBody' });

export type ConfigFault = z.infer<typeof ConfigFault>;
export type ConfigInstance = z.infer<typeof ConfigInstance>;
export type ConfigView = z.infer<typeof ConfigView>;
export type ConfigRevisionEntry = z.infer<typeof ConfigRevisionEntry>;
export type ConfigRevision = z.infer<typeof ConfigRevision>;
export type ConfigRevisionPath = z.infer<typeof ConfigRevisionPath>;
export type ConfigValidateBody = z.infer<typeof ConfigValidateBody>;
export type ConfigValidation = z.infer<typeof ConfigValidation>;
export type ConfigReload = z.infer<typeof ConfigReload>;
export type ConfigRollbackBody = z.infer<typeof ConfigRollbackBody>;
