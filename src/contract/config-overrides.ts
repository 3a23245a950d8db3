import { z } from 'zod';
import { durationBetween } from './duration.js';
import { Instant } from './instant.js';
import { pageOf } from './list.js';
import { text } from './text.js';
import { Id, Timestamp } from './user.js';

/** Settings in one change: more than there are, with room for feature flags. */
const maxChanges = 500;

/** The value of a setting, as in YAML. */
const Value = z.unknown();

/** Why an operator makes a change; in the audit log and the list of revisions. */
export const Reason = text({ min: 1, max: 500, prose: true })
  .regex(/[^\p{Z}\p{Cc}\p{Cf}]/u, { error: 'must not be blank' })
  .meta({ example: 'login limit too low' });

/** One override. */
export const ConfigOverride = z
  .strictObject({
    key: z.string(),
    value: Value,
    actor_id: Id.nullable(),
    reason: z.string().nullable(),
    since: Timestamp,
    expires_at: Timestamp.nullable().meta({ description: 'When the override ends; null if it does not.' }),
  })
  .meta({ id: 'ConfigOverride' });

/** The response of GET /api/v1/admin/config/overrides. */
export const ConfigOverridePage = pageOf(ConfigOverride).meta({ id: 'ConfigOverridePage' });

/** The path of one override. */
export const ConfigOverridePath = z.strictObject({
  key: z.string().meta({ description: 'Key of the setting.', example: 'rateLimit.login.points' }),
});

/** A change that is reverted unless it is confirmed. */
export const PendingConfirmation = z
  .strictObject({
    revision: z.int(),
    confirm_by: Timestamp.meta({ description: 'When the change is reverted, by the clock of the database.' }),
    actor_id: Id.nullable(),
    reason: z.string().nullable(),
    changed: z.array(z.string()),
  })
  .meta({ id: 'ConfigPendingConfirmation' });

const Guard = z
  .strictObject({
    max_error_ratio: z.number().gt(0).lt(1).meta({
      description:
        'The change is reverted when the share of 5xx responses of any instance exceeds this, over at least 50 requests since the change. Health routes and `maintenance` responses are not counted.',
      example: 0.05,
    }),
  })
  .meta({ id: 'ConfigGuard' });

const ConfirmWithin = durationBetween('1s', '24h').meta({
  description: 'Reverts the change after this time unless it is confirmed.',
});

const ExpiresIn = durationBetween('1s', '90d').meta({
  description: 'Removes the overrides after this time, counted from their application.',
});

/** A change that will be applied at a later time. */
export const ScheduledConfigChange = z
  .strictObject({
    id: Id,
    at: Timestamp,
    changes: z.record(z.string(), Value),
    actor_id: Id.nullable(),
    reason: z.string().nullable(),
    confirm_within: z.string().nullable(),
    expires_in: z.string().nullable(),
    guard: Guard.nullable(),
    created_at: Timestamp,
  })
  .meta({ id: 'ScheduledConfigChange' });

/** The response of GET /api/v1/admin/config/scheduled. */
export const ScheduledConfigChangePage = pageOf(ScheduledConfigChange).meta({ id: 'ScheduledConfigChangePage' });

/** The path of one scheduled change. Anything but an ID is not found rather than invalid. */
export const ScheduledConfigChangePath = z.strictObject({
  id: z.string().meta({ description: 'ID of the scheduled change.', example: '0197a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b' }),
});

/** New values of settings. */
export const ConfigChanges = z
  .unknown()
  .check(({ value, issues }) => {
    // A record would silently drop it.
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, '__proto__')) return;
    const message = 'is not an allowed name';
    issues.push({ code: 'custom', input: value, path: ['__proto__'], message, params: { code: 'unknown_field' } });
  })
  .pipe(
    z
      .record(z.string().max(300), Value)
      .refine((changes) => Object.keys(changes).length > 0, { error: 'must contain at least one setting' })
      .refine((changes) => Object.keys(changes).length <= maxChanges, {
        error: `must contain at most ${String(maxChanges)} settings`,
      }),
  )
  .meta({
    description: 'The new value of each setting; null removes its override.',
    example: { 'rateLimit.login.points': 20, 'api.v2Enabled': null },
    override: { type: 'object', additionalProperties: {}, propertyNames: { type: 'string', maxLength: 300 } },
  }) as unknown as z.ZodType<Record<string, unknown>>;

/** The body of PATCH /api/v1/admin/config. The configuration validates the values, so their schema is not repeated here. */
export const ConfigPatchBody = z
  .strictObject({
    changes: ConfigChanges,
    reason: Reason.optional(),
    confirm_within: ConfirmWithin.optional(),
    expires_in: ExpiresIn.optional(),
    at: Instant.optional().meta({ description: 'When the change is applied; at once if absent.' }),
    guard: Guard.optional(),
  })
  .refine(({ guard, confirm_within: window }) => guard === undefined || window !== undefined, {
    path: ['guard'],
    error: 'requires confirm_within',
  })
  .meta({ id: 'ConfigPatchBody' });

/** The response of PATCH /api/v1/admin/config. */
export const ConfigPatch = z
  .strictObject({
    outcome: z.enum(['applied', 'unchanged']),
    revision: z.int().nullable(),
    changed: z.array(z.string()).meta({ description: 'Settings that have a new value.' }),
    pending_confirmation: PendingConfirmation.pick({ confirm_by: true, revision: true }).nullable(),
    expires_at: Timestamp.nullable(),
  })
  .meta({ id: 'ConfigPatch' });

/** The response of PATCH /api/v1/admin/config with `at`. */
export const ConfigPatchScheduled = z
  .strictObject({ scheduled: z.strictObject({ id: Id, at: Timestamp }) })
  .meta({ id: 'ConfigPatchScheduled' });

/** The body of POST /api/v1/admin/config/confirm and /revert. */
export const ConfigConfirmationBody = z
  .strictObject({ revision: z.int().positive().meta({ description: 'The revision that the change created.' }) })
  .meta({ id: 'ConfigConfirmationBody' });

/** The response of POST /api/v1/admin/config/confirm and /revert. */
export const ConfigConfirmation = z
  .strictObject({
    outcome: z.enum(['confirmed', 'reverted']),
    revision: z.int().nullable().meta({ description: 'The active revision.' }),
    changed: z.array(z.string()),
  })
  .meta({ id: 'ConfigConfirmation' });

const revisionNumber = z.string().regex(/^[1-9][0-9]{0,14}$/, { error: 'must be a revision number' });

/** The query of GET /api/v1/admin/config/compare. */
export const ConfigCompareQuery = z.strictObject({
  from: revisionNumber.meta({ description: 'Number of a revision.', example: '3' }),
  to: revisionNumber
    .optional()
    .meta({ description: 'Number of another revision; the active configuration if absent.', example: '7' }),
});

/** The response of GET /api/v1/admin/config/compare. */
export const ConfigComparison = z
  .strictObject({ changes: z.array(z.strictObject({ key: z.string(), from: Value, to: Value })) })
  .meta({ id: 'ConfigComparison' });

/** The response of GET /api/v1/admin/config/schema. */
export const ConfigJsonSchema = z
  .record(z.string(), z.unknown())
  .meta({ id: 'ConfigJsonSchema', description: 'A JSON Schema (draft 2020-12).' });

export type ConfigOverride = z.infer<typeof ConfigOverride>;
export type ConfigOverridePath = z.infer<typeof ConfigOverridePath>;
export type PendingConfirmation = z.infer<typeof PendingConfirmation>;
export type ScheduledConfigChange = z.infer<typeof ScheduledConfigChange>;
export type ScheduledConfigChangePath = z.infer<typeof ScheduledConfigChangePath>;
export type ConfigPatchBody = z.infer<typeof ConfigPatchBody>;
export type ConfigPatch = z.infer<typeof ConfigPatch>;
export type ConfigPatchScheduled = z.infer<typeof ConfigPatchScheduled>;
export type ConfigConfirmationBody = z.infer<typeof ConfigConfirmationBody>;
export type ConfigConfirmation = z.infer<typeof ConfigConfirmation>;
export type ConfigCompareQuery = z.infer<typeof ConfigCompareQuery>;
export type ConfigComparison = z.infer<typeof ConfigComparison>;
